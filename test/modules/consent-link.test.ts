/** Pins the links that `credentials.update` answers: to Google's consent page, then to the choice of devices (contract 2.9). */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CREDENTIALS, openPart } from '../../src/core/google/credentials.ts';
import { CLIENT, createdCredentials, credentialsSetting } from './credentials-setting.ts';

describe('credentials.update', () => {
  it("answers a link to Google's consent page, with a challenge and a state of its own", async () => {
    const { link } = await createdCredentials();
    const url = new URL(await link());
    expect(`${url.origin}${url.pathname}`).toBe('https://accounts.google.com/o/oauth2/v2/auth');
    const { state = '', code_challenge, ...others } = Object.fromEntries(url.searchParams);
    expect(others).toEqual({
      access_type: 'offline',
      scope: 'openid https://www.googleapis.com/auth/sdm.service',
      prompt: 'consent',
      include_granted_scopes: 'true',
      response_type: 'code',
      client_id: CLIENT.oauth_client_id,
      redirect_uri: 'https://nest.example:2001/credentials/authorize',
      code_challenge_method: 'S256',
    });
    expect(code_challenge).toMatch(/^[\w-]{43}$/);
    expect(JSON.parse(Buffer.from(state, 'base64').toString())).toEqual({
      id: 1,
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('makes every link anew, and the challenge of the verifier that is kept sealed', async () => {
    const { link, store, secrets } = await createdCredentials();
    const first = new URL(await link()).searchParams;
    const second = new URL(await link()).searchParams;
    expect(second.get('state')).not.toBe(first.get('state'));
    expect(second.get('code_challenge')).not.toBe(first.get('code_challenge'));
    const { sealedPending } = store.collection(CREDENTIALS).get('1') ?? {};
    const { codeVerifier } = openPart(secrets, '1', 'pending', sealedPending ?? '');
    expect(codeVerifier).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(second.get('code_challenge')).toBe(createHash('sha256').update(codeVerifier).digest('base64url'));
  });

  it.each([
    ['http://nest.example:2000', 'https://nest.example:2000/credentials/authorize'],
    ['http://nest.example', 'https://nest.example/credentials/authorize'],
    ['http://nest.example:443', 'https://nest.example/credentials/authorize'],
    ['https://nest.example:443/app/?x=1#y', 'https://nest.example/credentials/authorize'],
    ['https://me:pw@[::1]:2001', 'https://[::1]:2001/credentials/authorize'],
  ])('of the origin %s makes the redirect URI %s', async (origin, redirectUri) => {
    const { link } = await createdCredentials();
    expect(new URL(await link('1', origin)).searchParams.get('redirect_uri')).toBe(redirectUri);
  });

  it.each(['nest.example', 'javascript:alert(1)', 'ftp://nest.example', 'https://', 'file:///etc'])(
    'refuses the origin %s',
    async (origin) => {
      const { api, update } = await createdCredentials();
      expect(await api.error(update('1', origin))).toMatchObject({ code: 'invalid_url', message: 'Invalid URL' });
    },
  );

  it.each(['2', 'x'])('knows no row %s', async (entity) => {
    const { api, update } = await createdCredentials();
    expect(await api.error(update(entity))).toMatchObject({ code: 'not_found', message: 'Row not found' });
  });

  it('wants an origin', async () => {
    const { api, update } = await createdCredentials();
    expect(await api.error({ ...update('1'), payload: {} })).toMatchObject({ code: 'invalid_payload' });
  });

  it('once authorised answers the page where devices are chosen', async () => {
    const { link, authorize } = await createdCredentials();
    await authorize();
    expect(await link()).toBe('https://nestservices.google.com/partnerconnections/b2c3-project');
  });

  it.each([
    ['a/b?c', 'https://nestservices.google.com/partnerconnections/a%2Fb%3Fc'],
    [null, 'https://console.nest.google.com/device-access/project-list'],
  ])('for the project %j that page is %s', async (dac_project_id, url) => {
    const { create, link, authorize } = credentialsSetting();
    await create({ dac_project_id });
    await authorize();
    expect(await link()).toBe(url);
  });
});
