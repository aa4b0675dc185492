import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../src/protocol/api-error.ts';
import { freePort } from '../support/free-port.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { type CommandLine, commandLine } from './command-line.ts';

let cli: CommandLine;
let service: HttpStandIn;

beforeEach(async () => {
  cli = await commandLine();
  service = await startHttpStandIn();
  service.answer(() => ({ body: { items: [] } }));
  cli.env['NESTMTX_BRIDGE_URL'] = service.url;
});

afterEach(async () => {
  await service.close();
  await cli.remove();
});

const errorBody = (code: string, message: string) => ({ error: { message, code, details: [], context: {} } });

async function writeServiceFile(content: object | string): Promise<void> {
  await mkdir(join(cli.dir, 'data'), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(cli.dir, 'data', 'service.json'), text, { mode: 0o600 });
}

describe('a verb', () => {
  it.each([
    [['list', 'cameras'], 'GET', '/api/cameras', ''],
    [['list', 'cameras', '{"search":"a b","page":2}'], 'GET', '/api/cameras?search=a+b&page=2', ''],
    [['read', 'cameras', '3'], 'GET', '/api/cameras/3', ''],
    [['create', 'users', '{"username":"bob"}'], 'POST', '/api/users', '{"username":"bob"}'],
    [['update', 'users', 'a/b', '{"can_login":true}'], 'PUT', '/api/users/a%2Fb', '{"can_login":true}'],
    [['delete', 'users', '7'], 'DELETE', '/api/users/7', ''],
  ])('%j becomes %s %s', async (argv, method, target, body) => {
    expect((await cli.run('command', ...argv)).code).toBe(0);
    expect(service.requests).toMatchObject([{ method, target, body }]);
  });

  it('takes its payload from standard input for -', async () => {
    cli.piped = '{"username":"bob"}';
    await cli.run('command', 'create', 'users', '-');
    expect(service.requests[0]?.body).toBe('{"username":"bob"}');
  });

  it('with a module that is unknown here is sent nevertheless, with a note', async () => {
    const { code, err } = await cli.run('command', 'list', 'camera');
    expect(code).toBe(0);
    expect(err).toBe('note: no module camera is known here, did you mean cameras?\n');
  });
});

describe('an answer', () => {
  it('is laid out for people and on one line for programs', async () => {
    service.answer(() => ({ body: { id: 3 } }));
    expect((await cli.run('command', 'read', 'cameras', '3')).out).toBe('{\n  "id": 3\n}\n');
    expect((await cli.run('--json', 'command', 'read', 'cameras', '3')).out).toBe('{"id":3}\n');
  });

  it('that is empty prints nothing, or null for programs', async () => {
    service.answer(() => ({ status: 204 }));
    expect(await cli.run('command', 'delete', 'users', '7')).toEqual({ code: 0, out: '', err: '' });
    expect(await cli.json('command', 'delete', 'users', '7')).toBeNull();
  });

  it('that is a scalar comes as text and is printed as it is', async () => {
    service.answer(() => ({ body: 'https://accounts.google.com/o?a=1' }));
    expect((await cli.run('command', 'update', 'credentials', '1', '{}')).out).toBe(
      'https://accounts.google.com/o?a=1\n',
    );
    service.answer(() => ({ status: 201, body: '12' }));
    expect(await cli.json('command', 'create', 'credentials', '{}')).toBe(12);
  });
});

describe('a refusal', () => {
  it('is told with its code and its cure, and exit code 1', async () => {
    service.answer(() => ({ status: 404, body: errorBody('not_found', 'Row not found') }));
    expect(await cli.run('command', 'read', 'users', '9')).toEqual({
      code: 1,
      out: '',
      err: 'error: Row not found (not_found)\n  List the module to see which ids exist.\n',
    });
  });

  it('names the fields that were wrong', async () => {
    const detail = {
      message: '"payload.name" is required',
      path: ['payload', 'name'],
      type: 'any.required',
      context: {},
    };
    const error = { message: 'Invalid Context', code: 'invalid_payload', details: [detail], context: {} };
    service.answer(() => ({ status: 400, body: { error } }));
    const { err } = await cli.run('command', 'create', 'cameras', '{}');
    expect(err).toContain('error: Invalid Context (invalid_payload)\n  "payload.name" is required\n');
  });

  it('of the token speaks of commands, not of requests', async () => {
    service.answer(() => ({ status: 401, body: errorBody('unauthorized', 'Unauthorized') }));
    const { code, err } = await cli.run('command', 'list', 'users');
    expect(code).toBe(1);
    expect(err).toContain('nestmtx-bridge login');
  });

  it('is an object for programs', async () => {
    service.answer(() => ({ status: 403, body: errorBody('forbidden', 'Forbidden') }));
    const { code, err } = await cli.run('command', 'list', 'users', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'forbidden', message: 'Forbidden' } });
  });
});

describe('a service that cannot be reached', () => {
  it('is told with exit code 3 and where it was looked for', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, err } = await cli.run('command', 'list', 'users', '--url', url);
    expect(code).toBe(3);
    expect(err).toContain(`no service is running at ${url}`);
  });

  it('is also something else that answers there', async () => {
    service.answer(() => ({ status: 404, body: '<html>' }));
    const { code, err } = await cli.run('command', 'list', 'users');
    expect(code).toBe(3);
    expect(err).toContain(`what answers at ${service.url} is no NestMTX service (HTTP 404)`);
  });

  it('never leads the token elsewhere', async () => {
    const other = await startHttpStandIn();
    service.answer(() => ({ status: 302, headers: { location: other.url } }));
    expect((await cli.run('command', 'list', 'users', '--token', 'secret')).code).toBe(3);
    expect(other.requests).toEqual([]);
    await other.close();
  });
});

describe('the service of this machine', () => {
  beforeEach(() => {
    delete cli.env['NESTMTX_BRIDGE_URL'];
  });

  const authorization = () => service.requests.at(-1)?.headers.authorization;

  it('is found in the data folder, and obeys the operator', async () => {
    await writeServiceFile({ pid: 1, url: service.url, token: 'operator' });
    expect((await cli.run('command', 'list', 'users')).code).toBe(0);
    expect(authorization()).toBe('Bearer operator');
  });

  it('is found by the configured port, without a token', async () => {
    cli.env['PORT'] = String(service.port);
    expect((await cli.run('command', 'list', 'health')).code).toBe(0);
    expect(authorization()).toBeUndefined();
  });

  it('is found by the configured port when its file is broken', async () => {
    cli.env['PORT'] = String(service.port);
    await writeServiceFile('{"pid":');
    expect((await cli.run('command', 'list', 'health')).code).toBe(0);
  });

  it('keeps its operator token from every other URL', async () => {
    await writeServiceFile({ pid: 1, url: 'http://127.0.0.1:1', token: 'operator' });
    await cli.run('command', 'list', 'users', '--url', service.url);
    expect(authorization()).toBeUndefined();
  });

  it('is sent the token of the option, else of the environment, before any other', async () => {
    await writeServiceFile({ pid: 1, url: service.url, token: 'operator' });
    cli.env['NESTMTX_BRIDGE_TOKEN'] = 'from env';
    await cli.run('command', 'list', 'users');
    expect(authorization()).toBe('Bearer from env');
    await cli.run('command', 'list', 'users', '--token', 'from-option');
    expect(authorization()).toBe('Bearer from-option');
  });
});

describe('without a running service', () => {
  const seen: object[] = [];
  let closed = 0;

  beforeEach(async () => {
    seen.length = 0;
    closed = 0;
    delete cli.env['NESTMTX_BRIDGE_URL'];
    cli.env['PORT'] = String(await freePort());
  });

  function offline(outcome: (envelope: object) => unknown): void {
    cli.program = {
      ...cli.program,
      openOffline: async () => ({
        execute: async (envelope) => {
          seen.push(envelope);
          const value = outcome(envelope);
          return value instanceof ApiError ? { ok: false, error: value } : { ok: true, value };
        },
        close: async () => {
          closed += 1;
        },
      }),
    };
  }

  it('the store is asked directly, and let go of', async () => {
    offline(() => ({ id: 1 }));
    expect(await cli.json('command', 'read', 'users', '1')).toEqual({ id: 1 });
    expect(seen).toEqual([{ command: 'read', module: 'users', requestId: 'cli', entity: '1' }]);
    expect(closed).toBe(1);
  });

  it('the store is let go of after a refusal too', async () => {
    offline(() => new ApiError('not_found'));
    expect((await cli.run('command', 'read', 'users', '9')).code).toBe(1);
    expect(closed).toBe(1);
  });

  it('a store that another process holds is told with exit code 3', async () => {
    cli.program = { ...cli.program, openOffline: () => Promise.reject(new Error('process 42 holds the store')) };
    const { code, err } = await cli.run('command', 'list', 'users');
    expect(code).toBe(3);
    expect(err).toContain('its store cannot be opened: process 42 holds the store');
  });

  it('the store of this machine does not stand in for a service elsewhere', async () => {
    offline(() => ({}));
    const { code } = await cli.run('command', 'list', 'users', '--url', `http://127.0.0.1:${cli.env['PORT']}`);
    expect(code).toBe(3);
    expect(seen).toEqual([]);
  });
});
