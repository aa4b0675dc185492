import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const EXPIRATION = '2126-11-22T16:28:55.592+00:00';
const LONG_AGO = '2025-11-22T16:28:55.592+00:00';

let cli: CommandLine;
let service: HttpStandIn;

beforeEach(async () => {
  cli = await commandLine();
  service = await startHttpStandIn();
  service.answer(({ method, body }) => {
    if (method !== 'POST') return { status: 204 };
    if (!body.includes('correct')) {
      const error = { message: 'Invalid user credentials', code: 'invalid_credentials', details: [], context: {} };
      return { status: 400, body: { error } };
    }
    const user = { id: 1, username: 'admin', can_login: true, role: 'admin' };
    return { status: 201, body: { bearer: 'the-token', expiration: EXPIRATION, user } };
  });
  cli.env['NESTMTX_BRIDGE_URL'] = service.url;
});

afterEach(async () => {
  await service.close();
  await cli.remove();
});

async function saved(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(cli.tokenFile, 'utf8'));
}

function login(...more: string[]) {
  cli.piped = 'correct\n';
  return cli.run('login', '--user', 'admin', ...more);
}

describe('login', () => {
  it('keeps the token where only its owner can read it, and does not show it', async () => {
    const { code, out, err } = await login();
    expect(code).toBe(0);
    expect(out + err).not.toContain('the-token');
    expect(await saved()).toEqual({
      [service.url]: { username: 'admin', userId: 1, token: 'the-token', expiration: EXPIRATION },
    });
    expect((await stat(cli.tokenFile)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(cli.tokenFile))).mode & 0o777).toBe(0o700);
  });

  it('is used by later commands at the same service, and at no other', async () => {
    const other = await startHttpStandIn();
    other.answer(() => ({ body: {} }));
    await login();
    await cli.run('command', 'list', 'cameras');
    expect(service.requests.at(-1)?.headers.authorization).toBe('Bearer the-token');
    await cli.run('command', 'list', 'cameras', '--url', other.url);
    expect(other.requests.at(-1)?.headers.authorization).toBeUndefined();
    await other.close();
  });

  it('takes the password from a pipe, without its line end', async () => {
    await login('--remember');
    expect(JSON.parse(service.requests[0]?.body ?? '')).toEqual({
      username: 'admin',
      password: 'correct',
      name: `nestmtx-bridge on ${hostname()}`,
      rememberMe: true,
    });
  });

  it('takes the password from the environment', async () => {
    cli.env['NESTMTX_BRIDGE_PASSWORD'] = 'correct';
    expect((await cli.run('login', '--user', 'admin')).code).toBe(0);
  });

  it('asks for name and password, the password unseen', async () => {
    cli.typed = ['admin', 'correct'];
    expect((await cli.run('login')).code).toBe(0);
    expect(cli.asked).toEqual(['User: ', 'Password of admin: 🔒']);
  });

  it('sends no token along, which would be refused', async () => {
    await login();
    await login('--token', 'another');
    expect(service.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('that is refused keeps nothing', async () => {
    cli.piped = 'guess';
    const { code, err } = await cli.run('login', '--user', 'admin');
    expect(code).toBe(1);
    expect(err).toContain('Invalid user credentials (invalid_credentials)');
    await expect(saved()).rejects.toThrow('ENOENT');
  });

  it('without a password ends with exit code 2', async () => {
    expect(await cli.run('login', '--user', 'admin')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no password was given/),
    });
  });
});

describe('a login that was kept', () => {
  /** As a running service leaves it. */
  async function asOperator(): Promise<void> {
    delete cli.env['NESTMTX_BRIDGE_URL'];
    const place = { pid: 1, url: service.url, token: 'operator' };
    await mkdir(join(cli.dir, 'data'), { recursive: true });
    await writeFile(join(cli.dir, 'data', 'service.json'), JSON.stringify(place));
  }

  const refuse = (status: number, code: string) => {
    service.answer(({ headers }) => {
      if (headers.authorization === 'Bearer operator') return { body: { items: [] } };
      return { status, body: { error: { message: code, code, details: [], context: {} } } };
    });
  };

  it('and has ended is not sent: the operator’s token counts', async () => {
    await login();
    const logins = { [service.url]: { username: 'admin', token: 'the-token', expiration: LONG_AGO } };
    await writeFile(cli.tokenFile, JSON.stringify(logins));
    await asOperator();
    await cli.run('command', 'list', 'cameras');
    expect(service.requests.at(-1)?.headers.authorization).toBe('Bearer operator');
  });

  it('and was revoked gives way to the operator’s token, and that is said', async () => {
    await login();
    await asOperator();
    refuse(401, 'unauthorized');
    expect(await cli.run('command', 'list', 'cameras')).toMatchObject({
      code: 0,
      err: 'note: the login of admin that was kept is not good any more, so you are the operator\n',
    });
  });

  it('of somebody who may not do it says how to become the operator again', async () => {
    await login();
    await asOperator();
    refuse(403, 'forbidden');
    expect(await cli.run('command', 'list', 'users')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/after nestmtx-bridge logout you are the operator/),
    });
  });

  it('changes the own password of whoever may not list users', async () => {
    await login();
    service.answer(({ method }) => {
      if (method === 'PUT') return { status: 204 };
      return { status: 403, body: { error: { message: 'Forbidden', code: 'forbidden', details: [], context: {} } } };
    });
    cli.piped = 'another one';
    expect(await cli.run('users', 'passwd', 'admin')).toMatchObject({ code: 0 });
    expect(service.requests.at(-1)).toMatchObject({ method: 'PUT', target: '/api/users/1' });
    expect((await cli.run('users', 'passwd', 'bob')).code).toBe(1);
  });
});

describe('logout', () => {
  it('revokes the token and forgets it', async () => {
    await login();
    expect((await cli.run('logout')).code).toBe(0);
    expect(service.requests.at(-1)).toMatchObject({ method: 'DELETE', target: '/api/auth/current' });
    expect(service.requests.at(-1)?.headers.authorization).toBe('Bearer the-token');
    await expect(saved()).rejects.toThrow('ENOENT');
  });

  it('keeps the logins at other services', async () => {
    const { url } = service;
    await login();
    await login('--url', `${url}/other`);
    await cli.run('logout');
    expect(Object.keys(await saved())).toEqual([`${url}/other`]);
  });

  it('forgets the token also when the service is gone, and says that it lives on', async () => {
    await login();
    await service.close();
    const { code, err } = await cli.run('logout');
    service = await startHttpStandIn();
    expect(code).toBe(0);
    expect(err).toContain('note: the token could not be revoked: no service is running');
    await expect(saved()).rejects.toThrow('ENOENT');
  });

  it('without a login says so', async () => {
    expect(await cli.run('logout')).toMatchObject({ code: 0, out: `not logged in at ${service.url}\n` });
  });
});
