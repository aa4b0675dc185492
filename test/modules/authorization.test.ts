/** Pins how credentials are authorised with Google's answer, and what becomes of it (contract 2.9, N-38, N-43). */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CREDENTIALS, openPart } from '../../src/core/google/credentials.ts';
import { GOOGLE_NOT_CONFIGURED, type GoogleTokens } from '../../src/core/google/google.ts';
import { answer, base64, createdCredentials, credentialsSetting, ORIGIN } from './credentials-setting.ts';

const TEN_MINUTES_MS = 600_000;

describe('credentials.read', () => {
  it('exchanges the code, keeps the tokens sealed and tells that the credentials are authenticated', async () => {
    const { api, google, link, store, secrets, clock, events } = await createdCredentials();
    expect(await api.value(answer(google.consent(await link())))).toEqual({ success: true });
    const { sealedTokens } = store.collection(CREDENTIALS).get('1') ?? {};
    expect(openPart(secrets, '1', 'tokens', sealedTokens ?? '')).toMatchObject({
      accessToken: expect.stringContaining('ya29'),
      refreshToken: expect.stringContaining('1//'),
      expiresAtMs: clock.now() + 3_599_000,
    });
    expect(events).toMatchObject([
      {
        domain: 'credentials',
        event: 'authenticated',
        entity: 1,
        details: { description: 'Garage project' },
        at: '2026-11-21T16:48:30.698Z',
      },
    ]);
  });

  it.each([
    ['http://localhost:2000', 'http://localhost:2000/credentials/authorize'],
    ['https://localhost:2001', 'https://localhost:2001/credentials/authorize'],
    ['http://nest.example:2000', 'https://nest.example:2000/credentials/authorize'],
  ])('sends who comes from %s back to %s', async (origin, redirectUri) => {
    const { link } = await createdCredentials();
    expect(new URL(await link('1', origin)).searchParams.get('redirect_uri')).toBe(redirectUri);
  });

  it('takes whatever else Google adds, and misses no prompt', async () => {
    const { api, google, link } = await createdCredentials();
    const query = { ...google.consent(await link()), hd: 'example.com', authuser: 0, iss: 'x', new_one: ['y'] };
    expect(await api.value(answer(query))).toEqual({ success: true });
  });

  it('asks Google with the redirect URI of the link, whatever origin the answer names', async () => {
    const { api, google, link } = await createdCredentials();
    const query = google.consent(await link());
    const entity = base64({ ...query, origin: 'https://elsewhere.example' });
    expect(await api.value({ command: 'read', module: 'credentials', entity })).toEqual({ success: true });
    expect(google.exchanges).toMatchObject([{ redirectUri: 'https://nest.example:2001/credentials/authorize' }]);
  });

  it.each(['state', 'code', 'scope', 'origin'])('calls an answer without %s malformed', async (key) => {
    const { api, google, link } = await createdCredentials();
    const whole = { ...google.consent(await link()), origin: ORIGIN };
    for (const wrong of [undefined, '', 7, ...(key === 'origin' ? ['nest.example'] : [])]) {
      const entity = base64({ ...whole, [key]: wrong });
      expect(await api.error({ command: 'read', module: 'credentials', entity })).toMatchObject({
        code: 'authorization_malformed',
        message: 'errors.credentials.authorize.malformed',
      });
    }
  });

  it('calls anything that is no base64 of a JSON object malformed', async () => {
    const { api } = await createdCredentials();
    const garbage = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.jsonValue().map(base64),
      fc.base64String({ minLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (entity) => {
        const error = await api.error({ command: 'read', module: 'credentials', entity });
        expect(error.code).toBe('authorization_malformed');
      }),
    );
  });

  it.each([
    ['no JSON', 'AAAA'],
    ['no object', base64(1)],
    ['no id', base64({ nonce: 'x' })],
    ['an id that is no whole number', base64({ id: 1.5, nonce: 'x' })],
    ['no nonce, as upstream has it', base64({ id: 1 })],
    ['a made-up nonce', base64({ id: 1, nonce: '0'.repeat(32) })],
  ])('refuses a state with %s', async (_what, state) => {
    const { api, google, link } = await createdCredentials();
    const query = google.consent(await link());
    expect(await api.error(answer({ ...query, state }))).toMatchObject({
      code: 'authorization_state',
      message: 'errors.credentials.authorize.invalidState',
    });
    // A wrong guess does not spoil the good answer.
    expect(await api.value(answer(query))).toEqual({ success: true });
  });

  it('knows no row that does not exist, and no state where no link was given out', async () => {
    const { api } = await createdCredentials();
    const query = { code: 'c', scope: 's' };
    const other = answer({ ...query, state: base64({ id: 9, nonce: 'x' }) });
    expect(await api.error(other)).toMatchObject({ code: 'not_found', message: 'Row not found' });
    for (const nonce of [undefined, null, 'x']) {
      const own = answer({ ...query, state: base64({ id: 1, nonce }) });
      expect(await api.error(own)).toMatchObject({ code: 'authorization_state' });
    }
  });

  it('takes an answer for ten minutes', async () => {
    const { api, google, link, clock } = await createdCredentials();
    const late = google.consent(await link());
    clock.advance(TEN_MINUTES_MS);
    expect(await api.error(answer(late))).toMatchObject({ code: 'authorization_state' });
    const inTime = google.consent(await link());
    clock.advance(TEN_MINUTES_MS - 1);
    expect(await api.value(answer(inTime))).toEqual({ success: true });
  });

  it('takes an answer once, even when it comes twice at the same moment', async () => {
    const { api, google, link } = await createdCredentials();
    const twice = answer(google.consent(await link()));
    const outcomes = await Promise.all([api.execute(twice), api.execute(twice)]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, error: { code: 'authorization_state' } }]);
    expect(google.exchanges).toHaveLength(1);
  });

  it('only the last link given out is good', async () => {
    const { api, google, link } = await createdCredentials();
    const first = google.consent(await link());
    const second = google.consent(await link());
    expect(await api.error(answer(first))).toMatchObject({ code: 'authorization_state' });
    expect(await api.value(answer(second))).toEqual({ success: true });
  });

  it('a code that was granted for another link is refused by Google, since the verifier does not fit', async () => {
    const { api, google, link, events } = await createdCredentials();
    const { code = '' } = google.consent(await link());
    const query = { ...google.consent(await link()), code };
    expect(await api.error(answer(query))).toMatchObject({
      code: 'upstream_failed',
      message: 'Google refused the authorisation (invalid_grant)',
    });
    expect(events).toEqual([]);
    // The state is spent: a person begins again with a new link.
    expect(await api.error(answer(query))).toMatchObject({ code: 'authorization_state' });
    expect(await api.value(answer(google.consent(await link())))).toEqual({ success: true });
  });

  it('a wrong client secret is told as what it is, without the secret', async () => {
    const { api, create, google, link } = credentialsSetting();
    await create({ oauth_client_secret: 'GOCSPX-wrong' });
    const outcome = await api.execute(answer(google.consent(await link())));
    expect(outcome).toMatchObject({ ok: false, error: { code: 'upstream_failed' } });
    expect(JSON.stringify(outcome)).toContain('invalid_client');
    expect(JSON.stringify(outcome)).not.toContain('GOCSPX');
  });

  it('tells when there is no client for Google', async () => {
    const { api, google, link } = await createdCredentials(GOOGLE_NOT_CONFIGURED);
    expect(await api.error(answer(google.consent(await link())))).toMatchObject({
      code: 'upstream_failed',
      message: 'Google is not configured yet',
    });
  });

  it('echoes nothing of the answer in an error', async () => {
    const { api, google, link } = await createdCredentials();
    const { entity } = answer({ ...google.consent(await link()), state: 'AAAA' });
    const outcome = await api.execute({ command: 'read', module: 'credentials', entity });
    expect(outcome).toMatchObject({ body: { error: { context: { entity: '[redacted]' } } } });
    expect(JSON.stringify(outcome)).not.toContain(entity.slice(0, 20));
  });

  it('tells `authenticated` once when two links are answered side by side', async () => {
    const grants: ((tokens: GoogleTokens) => void)[] = [];
    const { api, google, link, events } = await createdCredentials({
      exchangeCode: () => new Promise((grant) => grants.push(grant)),
    });
    const outcomes: Promise<unknown>[] = [];
    for (const _ of [1, 2]) {
      outcomes.push(api.value(answer(google.consent(await link()))));
      // The second link is made while Google still thinks about the first.
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const grant of grants) grant({ accessToken: 'a', refreshToken: 'r', expiresAtMs: 0, scope: 's' });
    expect(await Promise.all(outcomes)).toEqual([{ success: true }, { success: true }]);
    expect(events.map(({ event }) => event)).toEqual(['authenticated']);
  });

  it('keeps nothing when the credentials are deleted meanwhile', async () => {
    let grant: (tokens: GoogleTokens) => void = () => {};
    const { api, google, link, events, store } = await createdCredentials({
      exchangeCode: () =>
        new Promise((resolve) => {
          grant = resolve;
        }),
    });
    const outcome = api.error(answer(google.consent(await link())));
    await new Promise((resolve) => setImmediate(resolve));
    await api.value({ command: 'delete', module: 'credentials', entity: '1' });
    grant({ accessToken: 'a', refreshToken: 'r', expiresAtMs: 0, scope: 's' });
    expect(await outcome).toMatchObject({ code: 'not_found' });
    expect(store.collection(CREDENTIALS).size).toBe(0);
    expect(events).toEqual([]);
  });
});
