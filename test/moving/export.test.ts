/** Pins the way to another machine: one file, sealed, and a service that goes on as the one before. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { wholeFolder } from '../../src/app/offline/folder.ts';
import { type CommandLine, commandLine } from '../cli/command-line.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { recordingLog } from '../support/recording-log.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const PASSPHRASE = 'a passphrase that nobody guesses';
let cli: CommandLine;

beforeEach(async () => {
  cli = await commandLine();
  cli.program = { ...cli.program, wholeFolder: async () => wholeFolder(cli.program.loadConfig(), recordingLog()) };
  cli.env['NESTMTX_BRIDGE_PASSPHRASE'] = PASSPHRASE;
  const service = await started();
  const token = await login(service);
  const payload = { name: 'Door', mtx_path: 'door', source: { type: 'rtsp', url: 'rtsp://user:secret@10.0.0.9/live' } };
  await requestOverHttp(service.httpUrl, { command: 'create', module: 'cameras', payload, token });
  await service.stop();
});

afterEach(() => cli.remove());

const file = () => join(cli.dir, 'house.nestmtx');
const started = () => startService({ dataDir: cli.program.loadConfig().dataDir });
const moveTo = (name: string) => {
  cli.env['DATA_DIR'] = join(cli.dir, name);
};

async function login(service: Service): Promise<string> {
  const answer = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload: ADMIN });
  return answer.ok ? String(Object(answer.value).bearer) : '';
}

it('a sealed file holds everything, and nothing that can be read', async () => {
  expect(await cli.run('export', file())).toMatchObject({ code: 0 });
  expect(await readFile(file(), 'utf8')).not.toMatch(/Door|rtsp|admin/);
  moveTo('other');
  expect(await cli.run('import', 'bridge', '--from', file())).toMatchObject({
    out: expect.stringMatching(/^1 users, 0 credentials, 1 cameras/),
  });
  expect(await cli.run('import', 'bridge', '--from', file(), '--apply')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/here now/),
  });
  const service = await started();
  const token = await login(service);
  const list = await requestOverHttp(service.httpUrl, { command: 'list', module: 'cameras', token });
  expect(list).toMatchObject({ value: { items: [{ id: 1, name: 'Door', source: { url: 'rtsp://10.0.0.9/live' } }] } });
  const create = { command: 'create', module: 'cameras', payload: { name: 'Next' }, token } as const;
  expect(await requestOverHttp(service.httpUrl, create)).toMatchObject({ value: { id: 2 } });
  await service.stop();
  expect(await cli.run('import', 'bridge', '--from', file(), '--apply')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is not empty/),
  });
});

it('a plain one says so by its option', async () => {
  expect(await cli.run('export', file(), '--plain')).toMatchObject({ code: 0 });
  expect(await readFile(file(), 'utf8')).toContain('Door');
  moveTo('other');
  delete cli.env['NESTMTX_BRIDGE_PASSPHRASE'];
  expect(await cli.run('import', 'bridge', '--from', file(), '--apply')).toMatchObject({ code: 0 });
});

it('a wrong passphrase, another key and another file are refused, and leave the folder empty', async () => {
  await cli.run('export', file());
  moveTo('other');
  const bring = () => cli.run('import', 'bridge', '--from', file(), '--apply');
  cli.env['NESTMTX_BRIDGE_PASSPHRASE'] = 'another one';
  expect(await bring()).toMatchObject({ code: 1, err: expect.stringMatching(/does not open the file/) });
  cli.env['NESTMTX_BRIDGE_PASSPHRASE'] = PASSPHRASE;
  cli.env['APP_KEY'] = 'x'.repeat(32);
  expect(await bring()).toMatchObject({ code: 1, err: expect.stringMatching(/APP_KEY is another here/) });
  delete cli.env['APP_KEY'];
  const text = await readFile(file(), 'utf8');
  await writeFile(file(), '{}');
  expect(await bring()).toMatchObject({ code: 1, err: expect.stringMatching(/none that export has written/) });
  await writeFile(file(), text);
  expect(await bring()).toMatchObject({ code: 0 });
});

it('nothing is written over', async () => {
  await writeFile(file(), 'mine');
  expect(await cli.run('export', file())).toMatchObject({ code: 1, err: expect.stringMatching(/is there already/) });
  expect(await readFile(file(), 'utf8')).toBe('mine');
});
