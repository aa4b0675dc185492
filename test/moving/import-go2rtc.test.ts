/** Pins that a camera is made for each stream of a go2rtc, once, that its file goes on feeding them, and what stops it. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { openMoving } from '../../src/app/offline/moving.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type CommandLine, commandLine } from '../cli/command-line.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type Go2RtcStandIn, startGo2Rtc } from '../support/cameras/go2rtc.ts';
import { GO2RTC_VERSIONS } from '../support/cameras/go2rtc-shapes.ts';
import { recordingLog } from '../support/recording-log.ts';
import { ADMIN, startService } from '../support/service.ts';
import { systemClock } from '../support/system-clock.ts';

let cli: CommandLine;
let streams: Go2RtcStandIn;

beforeEach(async () => {
  cli = await commandLine();
  const surroundings = { log: recordingLog(), clock: systemClock };
  cli.program = {
    ...cli.program,
    openMoving: (isLook) => openMoving(cli.program.loadConfig(), { ...surroundings, isLook }),
  };
});

afterEach(async () => {
  await streams.close();
  await cli.remove();
});

async function open(version: (typeof GO2RTC_VERSIONS)[number]): Promise<void> {
  streams = await startGo2Rtc(version);
  streams.configure('door', ['rtsp://user:secret@10.0.0.9/live']);
  streams.configure('yard/far side', ['']);
}

async function cameras() {
  const { dataDir: dir } = cli.program.loadConfig();
  const store = await openStore({ dir, log: recordingLog(), collections: COLLECTIONS });
  const found = [...store.collection(CAMERAS).values()];
  await store.close();
  return found;
}

const bring = (...more: string[]) => cli.run('import', 'go2rtc', '--from', streams.url, ...more);

it.each(GO2RTC_VERSIONS)('of version %s each stream becomes a camera, a second time none', async (version) => {
  await open(version);
  const shown = await bring();
  expect(shown).toMatchObject({
    code: 0,
    out: expect.stringMatching(/yard\/far side +comes[\s\S]*Do it with --apply/),
  });
  expect(await cameras()).toEqual([]);
  expect(await bring('--apply')).toMatchObject({ code: 0 });
  const made = await cameras();
  expect(
    made.map(({ id, name, stream, sourceType, mtxPath, isEnabled }) => [
      ...[id, name, stream, sourceType],
      ...[mtxPath, isEnabled],
    ]),
  ).toEqual([
    ['1', 'door', 'door', 'go2rtc', null, true],
    ['2', 'yard/far side', 'yard/far side', 'go2rtc', null, true],
  ]);
  expect(JSON.stringify([made, shown])).not.toContain('secret');
  streams.configure('attic', []);
  expect((await bring('--apply')).out).toMatch(/door +is here[\s\S]*attic +comes/);
  expect(await cameras()).toEqual([...made, expect.objectContaining({ id: '3', stream: 'attic' })]);
  expect(streams.requests.every((asked) => asked === 'GET /api/streams')).toBe(true);
});

it('the service then tells of them as of any other camera', async () => {
  await open('1.9.14');
  await bring('--apply');
  const { dataDir } = cli.program.loadConfig();
  const service = await startService({ dataDir, env: { GO2RTC_URL: streams.url } });
  const login = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload: ADMIN });
  const token = login.ok ? String(Object(login.value).bearer) : '';
  const read = await requestOverHttp(service.httpUrl, { command: 'read', module: 'cameras', entity: '1', token });
  expect(read).toMatchObject({ value: { name: 'door', source: { type: 'go2rtc', stream: 'door' } } });
  await service.stop();
});

it('a name that no camera may have is refused, and the rest waits for leave to come without it', async () => {
  await open('1.9.14');
  streams.configure('a'.repeat(256), ['']);
  expect(await bring('--apply')).toMatchObject({ code: 1, err: expect.stringContaining('nothing was changed') });
  expect(await cameras()).toEqual([]);
  expect(await bring('--apply', '--skip-refused')).toMatchObject({ code: 0 });
  expect(await cameras()).toHaveLength(2);
});

it('logs in where that is wanted, and tells a wrong password from another program and from none', async () => {
  await open('1.9.14');
  streams.login = { username: 'bridge', password: 'right' };
  cli.piped = 'wrong\n';
  const wrong = await bring('--user', 'bridge');
  expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/Invalid user credentials/) });
  cli.piped = 'right\n';
  expect(await bring('--user', 'bridge')).toMatchObject({ code: 0, out: expect.stringMatching(/door +comes/) });
  streams.login = undefined;
  for (const [status, body] of [
    [200, '<html>'],
    [200, '{"error":"no"}'],
    [200, '[]'],
    [400, '{"error":{"message":"Module streams not initialized"}}'],
  ] as const) {
    streams.lie = { status, body };
    expect(await bring()).toMatchObject({ code: 1, err: expect.stringMatching(/no API of go2rtc/) });
  }
  const nobody = await cli.run('import', 'go2rtc', '--from', 'http://127.0.0.1:1');
  expect(nobody).toMatchObject({
    code: 3,
    err: expect.stringMatching(/go2rtc cannot be reached, at http.*ECONNREFUSED/),
  });
});
