/** Pins what is kept and shown of credentials (contract 2.7, N-37). */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { CREDENTIALS, openPart } from '../../src/core/google/credentials.ts';
import { CLIENT, camera, credentialsSetting } from './credentials-setting.ts';

const list = (payload: Record<string, unknown> = {}) => ({ command: 'list', module: 'credentials', payload }) as const;
const remove = (entity: string) => ({ command: 'delete', module: 'credentials', entity }) as const;

describe('credentials.create', () => {
  it('answers the bare id', async () => {
    const { create } = credentialsSetting();
    expect(await create()).toBe(1);
    expect(await create({ oauth_client_id: 'other' })).toBe(2);
  });

  it('takes a project id of null, or none', async () => {
    const { api, create } = credentialsSetting();
    expect(await create({ dac_project_id: null })).toBe(1);
    const { dac_project_id: _, ...payload } = { ...CLIENT, oauth_client_id: 'other' };
    expect(await api.value({ command: 'create', module: 'credentials', payload })).toBe(2);
  });

  it('refuses a second row for one client id, and names the field', async () => {
    const { api, create } = credentialsSetting();
    await create();
    const error = await api.error({ command: 'create', module: 'credentials', payload: CLIENT });
    expect(error).toMatchObject({ code: 'already_exists', details: [{ path: ['oauth_client_id'] }] });
  });

  it.each([
    [{ description: undefined }, '"payload.description" is required'],
    [{ oauth_client_id: '' }, '"payload.oauth_client_id" is not allowed to be empty'],
    [{ oauth_client_secret: 7 }, '"payload.oauth_client_secret" must be a string'],
    [{ dac_project_id: 7 }, '"payload.dac_project_id" must be a string'],
    [{ extra: 1 }, '"payload.extra" is not allowed'],
  ])('refuses %j', async (changes, message) => {
    const { api } = credentialsSetting();
    const payload = JSON.parse(JSON.stringify({ ...CLIENT, ...changes }));
    expect(await api.error({ command: 'create', module: 'credentials', payload })).toMatchObject({
      code: 'invalid_payload',
      message,
    });
  });

  it('stores no secret in clear, and none that opens for another record or another purpose', async () => {
    const { store, secrets, create, authorize } = credentialsSetting();
    await create();
    await create({ oauth_client_id: 'other', oauth_client_secret: 'other' });
    await authorize();
    const stored = JSON.stringify([...store.collection(CREDENTIALS).values()]);
    for (const secret of [CLIENT.oauth_client_id, CLIENT.oauth_client_secret, CLIENT.dac_project_id, 'ya29', '1//']) {
      expect(stored).not.toContain(secret);
    }
    const { sealedClient = '' } = store.collection(CREDENTIALS).get('1') ?? {};
    expect(openPart(secrets, '1', 'client', sealedClient)).toMatchObject({ clientId: CLIENT.oauth_client_id });
    expect(() => openPart(secrets, '2', 'client', sealedClient)).toThrow('Internal error');
    expect(() => openPart(secrets, '1', 'tokens', sealedClient)).toThrow('Internal error');
  });
});

describe('the subscription of credentials', () => {
  const NAME = 'projects/house-1234/subscriptions/nest';

  it('is none unless it was given, is shown, and can be changed and taken away', async () => {
    const { api, create } = credentialsSetting();
    await create({ pubsub_subscription: NAME });
    const shown = async () => Object(await api.value(list())).items[0].pubsub_subscription;
    expect(await shown()).toBe(NAME);
    const update = (pubsub_subscription: string | null) => {
      const payload = { origin: 'https://nest.example:2001', pubsub_subscription };
      return api.value({ command: 'update', module: 'credentials', entity: '1', payload });
    };
    await update(`${NAME}-2`);
    expect(await shown()).toBe(`${NAME}-2`);
    await update(null);
    expect(await shown()).toBeNull();
  });

  it.each([
    'nest',
    'projects/house-1234/topics/nest',
    'projects/../subscriptions/nest',
    'projects/house/subscriptions/nest:pull',
    'projects/house/subscriptions/a/b/c',
  ])('is no other address: %s', async (pubsub_subscription) => {
    const { api } = credentialsSetting();
    const payload = { ...CLIENT, pubsub_subscription };
    expect(await api.error({ command: 'create', module: 'credentials', payload })).toMatchObject({
      code: 'invalid_payload',
    });
  });
});

describe('credentials.list', () => {
  it('shows the keys of the contract in its order, the four secrets always null, ours last', async () => {
    const { api, clock, create, authorize } = credentialsSetting();
    await create();
    clock.advance(61_000);
    const before = {
      id: 1,
      description: 'Garage project',
      checksum: createHash('sha256').update(CLIENT.oauth_client_id).digest('hex'),
      oauth_client_id: null,
      oauth_client_secret: null,
      dac_project_id: null,
      tokens: null,
      token_redirect_url: null,
      created_at: '2026-11-21 16:48:30',
      updated_at: '2026-11-21 16:48:30',
      has_secret: true,
      is_authenticated: false,
      pubsub_subscription: null,
      authorized_at: null,
      authorization_ends_at: null,
      token_expires_at: null,
      link_expires_at: null,
      pubsub_heard_at: null,
    };
    const after = {
      ...before,
      token_redirect_url: 'https://nest.example:2001/credentials/authorize',
      updated_at: '2026-11-21 16:49:31',
      is_authenticated: true,
      token_expires_at: '2026-11-21T17:49:30.698Z',
    };
    expect(JSON.stringify(await api.value(list()))).toBe(
      JSON.stringify({ search: null, page: 1, itemsPerPage: 10, sortBy: null, total: 1, items: [before] }),
    );
    await authorize();
    expect(JSON.stringify(await api.value(list()))).toContain(JSON.stringify(after));
  });

  it('tells until when the link to the consent is good, and nothing of one that is over', async () => {
    const { api, clock, create, link } = credentialsSetting();
    await create();
    await link();
    const until = async () => Object(await api.value(list())).items[0].link_expires_at;
    const told = await until();
    expect(Date.parse(told)).toBeGreaterThan(clock.now());
    clock.advance(Date.parse(told) - clock.now());
    expect(await until()).toBeNull();
  });

  it('searches the description, and nothing that is secret', async () => {
    const { api, create } = credentialsSetting();
    await create();
    await create({ oauth_client_id: 'other', description: 'Attic' });
    expect(await api.value(list({ search: 'GARAGE' }))).toMatchObject({ total: 1, items: [{ id: 1 }] });
    for (const search of ['googleusercontent', 'GOCSPX', 'b2c3']) {
      expect(await api.value(list({ search }))).toMatchObject({ total: 0 });
    }
  });

  it('lists the newest first, and sorts and pages when asked', async () => {
    const { api, create } = credentialsSetting();
    await create();
    await create({ oauth_client_id: 'other', description: 'Attic' });
    expect(await api.value(list())).toMatchObject({ items: [{ id: 2 }, { id: 1 }] });
    expect(await api.value(list({ sortBy: '-description', itemsPerPage: '1', page: '2' }))).toMatchObject({
      page: 2,
      itemsPerPage: 1,
      total: 2,
      items: [{ id: 2 }],
    });
  });

  it('is for administrators', async () => {
    const { api } = credentialsSetting();
    expect(await api.error({ ...list(), token: 'user' })).toMatchObject({ code: 'forbidden' });
    expect(await api.error({ ...list(), token: 'nobody' })).toMatchObject({ code: 'unauthorized' });
  });
});

describe('credentials.delete', () => {
  it('answers nothing and takes the cameras of these credentials along, with an event for each', async () => {
    const { api, store, events, create } = credentialsSetting();
    await create();
    await create({ oauth_client_id: 'other' });
    await store.commit((tx) => {
      for (const row of [camera('1', 1), camera('2', 2), camera('3', null), camera('4', 1)]) {
        tx.collection(CAMERAS).put(row);
      }
    });
    expect(await api.value(remove('1'))).toBeUndefined();
    expect([...store.collection(CREDENTIALS).values()].map(({ id }) => id)).toEqual(['2']);
    expect([...store.collection(CAMERAS).values()].map(({ id }) => id)).toEqual(['2', '3']);
    expect(events.map(({ domain, event, entity }) => [domain, event, entity])).toEqual([
      ['camera', 'removed', 1],
      ['camera', 'removed', 4],
    ]);
  });

  it('frees the client id', async () => {
    const { api, create } = credentialsSetting();
    await create();
    await api.value(remove('1'));
    expect(await create()).toBe(2);
  });

  it.each(['7', 'abc', '1abc', '-1'])('knows no row %s', async (entity) => {
    const { api, create } = credentialsSetting();
    await create();
    expect(await api.error(remove(entity))).toMatchObject({ code: 'not_found', message: 'Row not found' });
  });
});
