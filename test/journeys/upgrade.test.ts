/** A data folder of 0.1: it opens with everything in it, and an upgrade that fails leaves it as it was. */

import { chmod, cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_COLLECTIONS } from '../../src/app/collections.ts';
import type { JsonObject } from '../../src/protocol/envelope.ts';
import { type FileSystem, nodeFileSystem } from '../../src/store/file-system.ts';
import type { Migration } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/open-store.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';
import { recordingLog } from '../support/recording-log.ts';

/** As the program at the commit 7fca322 left it, with the passwords below. */
const FIXTURE = fileURLToPath(new URL('../fixtures/folder-of-0.1', import.meta.url));

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let running: ServiceProcess | undefined;

beforeEach(async () => {
  directory = await temporaryDirectory();
  await cp(FIXTURE, directory.path, { recursive: true });
  for (const name of await readdir(directory.path)) await chmod(join(directory.path, name), 0o600);
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await running?.exit;
  running = undefined;
  await directory.remove();
});

async function contents(): Promise<Record<string, string>> {
  const names = await readdir(directory.path);
  const files = names.map(async (name) => [name, (await readFile(join(directory.path, name))).toString('base64')]);
  return Object.fromEntries(await Promise.all(files));
}

describe('a data folder of 0.1', () => {
  it('opens with its users, cameras, credentials and instances', async () => {
    running = await startProcess(directory.path);
    const { httpPort, mqttPort } = running;
    const ask = async (command: 'list' | 'create', module: string, payload: JsonObject, token = '') => {
      const request = { command, module, payload, ...(token === '' ? {} : { token }) };
      const answer = await requestOverHttp(`http://127.0.0.1:${httpPort}`, request);
      return answer.ok ? Object(answer.value) : answer;
    };
    const login = { username: 'admin', password: 'the old password' };
    const { bearer } = await ask('create', 'auth', login);
    expect(await ask('list', 'users', {}, bearer)).toMatchObject({
      items: [
        { id: 4, username: 'carol', can_login: false },
        { id: 3, username: 'bob', role: 'admin' },
        { id: 2, username: 'alice', role: 'user' },
        { id: 1, username: 'admin', role: 'admin' },
      ],
    });
    expect(await ask('list', 'cameras', {}, bearer)).toMatchObject({
      items: [
        { id: 2, name: 'Yard', source: { type: 'rtsp', url: 'rtsp://10.0.0.9/live' } },
        { id: 1, name: 'Front door', room: 'Garden', mtx_path: 'front-door', is_enabled: true },
      ],
    });
    expect(await ask('list', 'credentials', {}, bearer)).toMatchObject({ items: [{ id: 1, description: 'House' }] });
    expect(await ask('list', 'instances', {}, bearer)).toMatchObject({
      items: [{ user: 'BUjEkZFB', password: 'LC9L25vyePgX' }],
    });
    const url = `mqtt://127.0.0.1:${mqttPort}`;
    for (const [username, password] of [
      ['BUjEkZFB', 'LC9L25vyePgX'],
      ['be8ABIdM', 'iGyFGITALbx1'],
      ['alice', 'a password for alice'],
    ] as const) {
      await (await connectClient({ url, username, password })).end();
    }
  });

  it.each<[string, { migrations?: readonly Migration[]; fs?: FileSystem }]>([
    ['a step that throws', { migrations: [step('a bug')] }],
    ['a disk that is full', { migrations: [step()], fs: { ...nodeFileSystem, create: fails('ENOSPC') } }],
    ['a file that cannot be put in place', { migrations: [step()], fs: { ...nodeFileSystem, rename: fails('EIO') } }],
  ])('is as it was after an upgrade that was ended by %s', async (_, options) => {
    const before = await contents();
    const place = { dir: directory.path, log: recordingLog(), collections: ALL_COLLECTIONS };
    await expect(openStore({ ...place, ...options })).rejects.toThrow();
    const { 'store.journal.last-good': _now, ...after } = await contents();
    const { 'store.journal.last-good': _then, ...expected } = before;
    expect(after).toEqual(expected);
    await (await openStore(place)).close();
  });
});

function step(fault?: string): Migration {
  return {
    from: 1,
    to: 2,
    up(records) {
      records.delete('users');
      if (fault !== undefined) throw new Error(fault);
    },
  };
}

function fails(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}
