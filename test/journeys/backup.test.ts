/** Backups of a whole data folder: made while the service runs, checked by themselves, and a service that goes on as the one before. */

import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { runProgram, type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

const LOGIN = { username: 'root', password: 'the first password' };
const ADMIN = { ADMIN_USERNAME: LOGIN.username, ADMIN_PASSWORD: LOGIN.password };

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let running: ServiceProcess | undefined;
let instance: { user: string; password: string };

beforeEach(async () => {
  directory = await temporaryDirectory();
  await mkdir(at('data'));
  running = await startProcess(at('data'), ADMIN);
  const url = `http://127.0.0.1:${running.httpPort}`;
  const login = await requestOverHttp(url, { command: 'create', module: 'auth', payload: LOGIN });
  const token = login.ok ? String(Object(login.value).bearer) : '';
  const created = await requestOverHttp(url, { command: 'create', module: 'instances', payload: {}, token });
  instance = created.ok ? Object(created.value) : {};
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await running?.exit;
  await directory.remove();
});

const at = (name: string) => join(directory.path, name);
const run = (dir: string, ...args: string[]) =>
  runProgram(args, { DATA_DIR: at(dir), HOST: '127.0.0.1', PORT: '0', MQTT_PORT: '0' }, directory.path);

async function connects(): Promise<void> {
  const url = `mqtt://127.0.0.1:${running?.mqttPort}`;
  const retained = await connectClient({ url, username: instance.user, password: instance.password });
  await retained.end();
}

/** As the file is made, but for one letter in one of its files. */
async function spoil(name: string): Promise<void> {
  const backup = JSON.parse(gunzipSync(await readFile(at('house'))).toString());
  const file = backup.files.find((entry: { name: string }) => entry.name === name);
  file.content = Buffer.from(`x${Buffer.from(file.content, 'base64').toString('latin1').slice(1)}`).toString('base64');
  await writeFile(at('house'), gzipSync(JSON.stringify(backup)));
}

it('is made while the service runs, and brought back elsewhere everything is there', async () => {
  expect(await run('data', 'backup', 'house')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/read it back and checked it: 1 users, 0 credentials, 0 cameras, 1 instances/),
  });
  expect((await stat(at('house'))).mode & 0o777).toBe(0o600);
  running?.kill('SIGKILL');
  await running?.exit;
  await rm(at('data'), { recursive: true });
  expect(await run('other', 'restore', 'house')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/1 instances/),
  });
  running = await startProcess(at('other'));
  await connects();
});

it('is not made where it is there already, nor of nothing, nor of a key that does not fit', async () => {
  expect((await run('data', 'backup', 'house')).code).toBe(0);
  expect(await run('data', 'backup', 'house')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/there already/),
  });
  expect(await run('none', 'backup', 'none')).toMatchObject({ code: 1, stderr: expect.stringMatching(/no store/) });
  await writeFile(at('data/app.key'), 'f'.repeat(32));
  expect(await run('data', 'backup', 'wrong')).toMatchObject({ code: 1, stderr: expect.stringMatching(/not the key/) });
  expect((await readdir(directory.path)).sort()).toEqual(['data', 'house']);
});

it.each(['store.journal', 'app.key'])('is refused as a whole when %s in it is damaged', async (name) => {
  await run('data', 'backup', 'house');
  await spoil(name);
  expect(await run('other', 'restore', 'house')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is damaged/),
  });
  await expect(stat(at('other'))).rejects.toThrow('ENOENT');
});

it('is not brought back over what is there, and any other file is none', async () => {
  await run('data', 'backup', 'house');
  expect(await run('data', 'restore', 'house')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is not empty/),
  });
  await writeFile(at('letter'), 'dear house');
  expect(await run('other', 'restore', 'letter')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is none that/),
  });
});
