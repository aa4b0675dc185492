/** What is in a data folder belongs together, and whoever only looks leaves it as it was. */

import { hash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { runProgram, type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

const ADMIN = { ADMIN_USERNAME: 'root', ADMIN_PASSWORD: 'the first password' };
const OTHER_KEY = 'f'.repeat(32);
/** Written by 0.1.0. */
const OLD_FOLDER = fileURLToPath(new URL('../fixtures/data-0.1.0', import.meta.url));

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let data: string;
let running: ServiceProcess | undefined;

beforeEach(async () => {
  directory = await temporaryDirectory();
  data = join(directory.path, 'data');
  running = undefined;
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await running?.exit;
  await directory.remove();
});

async function start(env: Record<string, string> = {}): Promise<ServiceProcess> {
  await mkdir(data, { recursive: true });
  running = await startProcess(data, { ...ADMIN, ...env });
  return running;
}

async function stop(): Promise<void> {
  running?.kill('SIGTERM');
  await running?.exit;
}

const run = (args: string[], env: Record<string, string> = {}) =>
  runProgram(args, { DATA_DIR: data, HOST: '127.0.0.1', PORT: '0', MQTT_PORT: '0', ...env }, directory.path);

/** Every file with its content and mode. */
async function contents(): Promise<Record<string, string>> {
  const names = await readdir(data, { recursive: true });
  const files = names.map(async (name) => {
    const { mode } = await stat(join(data, name));
    return [name, `${mode.toString(8)} ${hash('sha256', await readFile(join(data, name)))}`];
  });
  return Object.fromEntries(await Promise.all(files));
}

async function withInstance(env: Record<string, string> = {}): Promise<void> {
  const { httpPort } = await start(env);
  const url = `http://127.0.0.1:${httpPort}`;
  const payload = { username: 'root', password: ADMIN.ADMIN_PASSWORD };
  const login = await requestOverHttp(url, { command: 'create', module: 'auth', payload });
  const token = login.ok ? String(Object(login.value).bearer) : '';
  await requestOverHttp(url, { command: 'create', module: 'instances', payload: {}, token });
  await stop();
}

describe('a key that is not the one of the store', () => {
  it.each([
    ['is gone', () => rm(join(data, 'app.key')), {}, 'app.key is missing, but the store beside it holds secrets'],
    ['is another one', () => writeFile(join(data, 'app.key'), OTHER_KEY), {}, 'app.key is not the key of the store'],
    ['is covered by another APP_KEY', async () => {}, { APP_KEY: OTHER_KEY }, 'APP_KEY is not the key of the store'],
  ])('stops the start with one sentence and changes nothing, when it %s', async (_, spoil, env, words) => {
    await withInstance();
    await spoil();
    const before = await contents();
    const started = await run(['start'], env);
    expect(started).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
    expect(started.stderr.trim().split('\n')).toHaveLength(1);
    expect((await run(['doctor'], env)).stdout).toContain(words);
    expect((await run(['users', 'passwd', 'root'], env)).code).not.toBe(0);
    expect(await contents()).toEqual(before);
  });

  it('is refused for a store of 0.1.0, too, which has no digest of its key', async () => {
    await cp(OLD_FOLDER, data, { recursive: true });
    await writeFile(join(data, 'app.key'), OTHER_KEY);
    await chmod(join(data, 'store.journal'), 0o600);
    const before = await contents();
    expect(await run(['start'])).toMatchObject({ code: 1, stderr: expect.stringContaining('is not the key') });
    expect(await contents()).toEqual(before);
  });

  it('may be made anew where nothing was sealed with it', async () => {
    await start();
    await stop();
    await rm(join(data, 'app.key'));
    await start();
    await stop();
    await start();
  });
});

describe('whoever only looks', () => {
  it.each([
    [[]],
    [['doctor']],
    [['users', 'list']],
    [['command', 'list', 'cameras']],
    [['help']],
    [['export', 'out', '--plain']],
  ])('makes nothing in an empty folder: %j', async (args) => {
    const { stdout, stderr } = await run(args);
    expect(stdout + stderr).not.toContain('The first administrator');
    await expect(stat(data)).rejects.toThrow('ENOENT');
  });

  it('is told that there is no store where none was made, and so is whoever would change one', async () => {
    for (const args of [
      ['users', 'list'],
      ['users', 'disable', 'bob'],
      ['command', 'delete', 'cameras', '1'],
    ]) {
      expect(await run(args)).toMatchObject({ code: 3, stderr: expect.stringContaining('there is no store in') });
    }
    await expect(stat(data)).rejects.toThrow('ENOENT');
  });

  it('leaves a store as it was', async () => {
    await withInstance();
    const before = await contents();
    for (const args of [['doctor'], ['users', 'list'], ['command', 'list', 'cameras'], ['command', 'list', 'health']]) {
      expect((await run(args)).code, args.join(' ')).toBe(0);
    }
    expect(await contents()).toEqual(before);
  });

  it('before the first start takes no ADMIN_PASSWORD from it', async () => {
    expect((await run(['doctor'])).code).toBe(0);
    await withInstance({ ADMIN_PASSWORD: 'the first password' });
    expect((await run(['users', 'list'])).stdout).toContain('root');
  });
});

/** Nobody else may give files away. */
describe.skipIf(process.getuid?.() !== 0)('what root does in a folder of somebody else', () => {
  const SOMEBODY = 61234;

  async function owners(): Promise<Record<string, string>> {
    const names = await readdir(data, { recursive: true });
    const found = names.map(async (name) => {
      const { uid, gid, mode } = await stat(join(data, name));
      return [name, `${uid}:${gid} ${(mode & 0o777).toString(8)}`];
    });
    return Object.fromEntries(await Promise.all(found));
  }

  it('leaves every file to the owner of the folder: commands, and a service that makes all of them', async () => {
    await mkdir(data);
    await chown(data, SOMEBODY, SOMEBODY);
    await withInstance();
    const { code } = await run(['users', 'passwd', 'root'], { NESTMTX_BRIDGE_NEW_PASSWORD: 'another password' });
    expect(code).toBe(0);
    const found = await owners();
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['app.key', 'store.journal', 'broker.journal']));
    expect(new Set(Object.values(found))).toEqual(new Set([`${SOMEBODY}:${SOMEBODY} 600`]));
  });

  it('leaves service.json and the lock to it, too', async () => {
    await mkdir(data);
    await chown(data, SOMEBODY, SOMEBODY);
    await start();
    const found = await owners();
    expect(found['service.json']).toBe(`${SOMEBODY}:${SOMEBODY} 600`);
    expect(found['store.lock']).toBe(`${SOMEBODY}:${SOMEBODY} 600`);
  });
});
