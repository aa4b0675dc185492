/** Pins the logins at Google: renewed before they end, kept through every trouble, lost by Google's word alone and told once. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { OUTBOX } from '../../src/core/happened/outbox.ts';
import { isoZulu } from '../../src/core/wire-time.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { answer as consentAnswer } from '../modules/credentials-setting.ts';
import { eventually } from '../support/eventually.ts';
import { failure, googleDevice } from '../support/google/google.ts';
import { CLIENT, type GoogleSetting, googleSetting, PROJECT } from './google-setting.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let setting: GoogleSetting;

beforeEach(async () => {
  setting = await googleSetting();
});

afterEach(() => setting.close());

const tokenCalls = () => setting.server.calls.get('token') ?? 0;
const invalid = (status: number, error: string, more = 'no more') => ({
  status,
  body: { error, error_description: more },
});

describe('a login at Google', () => {
  it('is renewed two to five minutes before its end, and each renewal is told', async () => {
    await setting.addCredentials();
    await setting.start();
    await setting.pass(HOUR_MS - 5 * MINUTE_MS - 2000);
    expect(tokenCalls()).toBe(0);
    await setting.pass(3 * MINUTE_MS);
    expect(tokenCalls()).toBe(1);
    await setting.pass(9 * HOUR_MS);
    expect(setting.told()).toEqual(Array.from({ length: 10 }, () => 'reauthenticated'));
    expect(setting.events[0]).toMatchObject({ domain: 'credentials', entity: 1, details: { description: 'House' } });
  });

  it('tells since when somebody agreed, and when Google ends all of it where it says so, over each renewal', async () => {
    const agreedMs = setting.clock.now();
    await setting.addCredentials({ ...setting.server.login(), authorisedAtMs: agreedMs });
    const api = setting.credentialsApi(await setting.start());
    const shown = async () => Object(await api.value({ command: 'list', module: 'credentials', payload: {} })).items[0];
    expect(await shown()).toMatchObject({ authorized_at: isoZulu(agreedMs), authorization_ends_at: null });
    setting.server.refreshEndsAfterSeconds = 604_799;
    await setting.pass(HOUR_MS);
    const { authorized_at, authorization_ends_at, token_expires_at } = await shown();
    expect(authorized_at).toBe(isoZulu(agreedMs));
    expect(Date.parse(authorization_ends_at)).toBeGreaterThan(agreedMs + 7 * 24 * HOUR_MS - 1000);
    expect(Date.parse(token_expires_at)).toBeGreaterThan(setting.clock.now());
  });

  it('that is lost is told also where we end right behind it: whoever tells events then finds it', async () => {
    await setting.addCredentials();
    await setting.start();
    setting.server.revoke();
    const { commit } = setting.store;
    setting.store.commit = async (change) => {
      await commit(change);
      throw new ApiError('unavailable');
    };
    await setting.pass(HOUR_MS);
    expect(setting.isAuthorised()).toBe(false);
    const kept = [...setting.store.collection(OUTBOX).values()].map(({ event }) => event.event);
    expect(kept).toEqual(['unauthenticated']);
  });

  it('that ran out while we were away is renewed at the start', async () => {
    await setting.addCredentials();
    await setting.pass(3 * HOUR_MS);
    await setting.start();
    await setting.pass(1);
    expect(setting.told()).toEqual(['reauthenticated']);
  });

  it('survives a network that is gone for hours, asks ever more slowly, and says nothing of it', async () => {
    await setting.addCredentials();
    await setting.start();
    setting.server.isCut = true;
    await setting.pass(2 * HOUR_MS);
    expect(setting.told()).toEqual([]);
    expect(setting.isAuthorised()).toBe(true);
    setting.server.isCut = false;
    await setting.pass(2 * MINUTE_MS);
    expect(setting.told()).toEqual(['reauthenticated']);
  });

  it.each([500, 503, 429, 403])('is kept when Google answers %i', async (status) => {
    await setting.addCredentials();
    await setting.start();
    setting.server.intercept = () => failure(status, 'NOT_NOW');
    await setting.pass(2 * HOUR_MS);
    expect(setting.told()).toEqual([]);
    expect(setting.isAuthorised()).toBe(true);
    expect(tokenCalls()).toBeLessThan(80);
  });

  it('is lost when Google says invalid_grant: told once, with the cure for the usual cause', async () => {
    await setting.addCredentials();
    await setting.start();
    setting.server.revoke();
    await setting.pass(5 * HOUR_MS);
    expect(setting.told()).toEqual(['unauthenticated']);
    expect(setting.isAuthorised()).toBe(false);
    expect(tokenCalls()).toBe(1);
    expect(setting.events[0]?.details).toEqual({
      description: 'House',
      error: expect.stringMatching(/invalid_grant.*7 days.*publish it to production/),
    });
  });

  it('of a client that Google does not know is told once to be unauthenticated, kept, and told when it is back', async () => {
    await setting.addCredentials();
    await setting.start();
    setting.server.intercept = () => invalid(401, 'invalid_client');
    await setting.pass(5 * HOUR_MS);
    expect(setting.told()).toEqual(['unauthenticated']);
    expect(setting.isAuthorised()).toBe(true);
    expect(tokenCalls()).toBeLessThan(7);
    setting.server.intercept = () => undefined;
    await setting.pass(2 * HOUR_MS);
    expect(setting.told()).toEqual(['unauthenticated', 'authenticated', 'reauthenticated']);
  });

  it('of credentials that were deleted is renewed no more', async () => {
    await setting.addCredentials();
    const google = await setting.start();
    await setting.credentialsApi(google).value({ command: 'delete', module: 'credentials', entity: '1' });
    await setting.pass(5 * HOUR_MS);
    expect(tokenCalls()).toBe(0);
  });

  it('writes no token into the log, into an event or into a refusal', async () => {
    const tokens = setting.server.login();
    await setting.addCredentials(tokens);
    await setting.start();
    setting.server.intercept = () => invalid(400, `odd ${tokens.refreshToken}`, `odd ${tokens.refreshToken}`);
    await setting.pass(2 * HOUR_MS);
    const seen = JSON.stringify([setting.log.lines, setting.events]);
    expect(seen).toContain('odd [redacted]');
    for (const secret of [tokens.accessToken, tokens.refreshToken.slice(3), CLIENT.secret])
      expect(seen).not.toContain(secret);
  });
});

describe('credentials that a person authorises', () => {
  async function authorise(): Promise<unknown> {
    await setting.addCredentials(null);
    const google = await setting.start();
    const api = setting.credentialsApi(google);
    const link = await api.value({
      command: 'update',
      module: 'credentials',
      entity: '1',
      payload: { origin: 'https://nest.example:2001' },
    });
    return api.value(consentAnswer(setting.server.consent(String(link))));
  }

  it('are told, their cameras are read at once, and their login is kept up from then on', async () => {
    setting.server.devices = [googleDevice(PROJECT, 'a'), googleDevice(PROJECT, 'b'), googleDevice(PROJECT, 'c')];
    expect(await authorise()).toEqual({ success: true });
    await setting.pass(MINUTE_MS);
    expect([...setting.store.collection(CAMERAS).values()].map(({ name }) => name)).toEqual([
      'Camera a',
      'Camera b',
      'Camera c',
    ]);
    await setting.pass(HOUR_MS);
    expect(setting.told()).toEqual(['authenticated', 'reauthenticated']);
  });

  it('are authorised although Google failed at the first try', async () => {
    let failures = 1;
    setting.server.intercept = () => (failures-- > 0 ? failure(503, 'UNAVAILABLE') : undefined);
    const done = authorise();
    await eventually(() => tokenCalls() === 1);
    await setting.settled();
    await setting.pass(MINUTE_MS);
    expect(await done).toEqual({ success: true });
  });

  it('are refused in words for a person when Google refuses them', async () => {
    setting.server.intercept = () => invalid(400, 'redirect_uri_mismatch');
    await expect(authorise()).rejects.toThrow(
      'Google refused the authorisation (redirect_uri_mismatch). Start it again',
    );
  });
});
