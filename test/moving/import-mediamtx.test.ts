/** Pins that a camera is made for each path of a MediaMTX, once, and that its file goes on feeding them. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { openMoving } from '../../src/app/offline/moving.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type CommandLine, commandLine } from '../cli/command-line.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { recordingLog } from '../support/recording-log.ts';
import { systemClock } from '../support/system-clock.ts';

let cli: CommandLine;
let media: MediaMtxStandIn;

beforeEach(async () => {
  cli = await commandLine();
  const surroundings = { log: recordingLog(), clock: systemClock };
  cli.program = {
    ...cli.program,
    openMoving: (isLook) => openMoving(cli.program.loadConfig(), { ...surroundings, isLook }),
  };
  media = await startMediaMtx({ minor: 20 });
  media.configure('front', { source: 'rtsp://user:secret@10.0.0.9/live' });
  media.configure('live/yard', {});
  media.configure('~^any', {});
  media.configure('with space', {});
});

afterEach(async () => {
  await media.close();
  await cli.remove();
});

async function cameras() {
  const { dataDir: dir } = cli.program.loadConfig();
  const store = await openStore({ dir, log: recordingLog(), collections: COLLECTIONS });
  const found = [...store.collection(CAMERAS).values()];
  await store.close();
  return found;
}

const bring = (...more: string[]) => cli.run('import', 'mediamtx', '--from', media.url, ...more);

it('makes cameras of paths, none of patterns, and a second time none', async () => {
  expect(await bring('--apply')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/with space: the path with space is not one that a camera may have/),
  });
  expect(await cameras()).toEqual([]);
  expect(await bring('--apply', '--skip-refused')).toMatchObject({ code: 0 });
  const made = await cameras();
  expect(made.map(({ name, mtxPath, sourceType, isEnabled }) => [name, mtxPath, sourceType, isEnabled])).toEqual([
    ['front', 'front', 'publisher', true],
    ['live/yard', 'live/yard', 'publisher', true],
  ]);
  expect(await bring('--apply', '--skip-refused')).toMatchObject({ code: 0 });
  expect(await cameras()).toEqual(made);
  expect(media.requests.every((asked) => asked.startsWith('GET '))).toBe(true);
});

it('logs in where that is wanted, and tells a wrong password from another program', async () => {
  media.login = { username: 'bridge', password: 'right' };
  cli.piped = 'wrong\n';
  expect(await bring('--user', 'bridge')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/Invalid user credentials/),
  });
  cli.piped = 'right\n';
  expect(await bring('--user', 'bridge')).toMatchObject({ code: 0, out: expect.stringMatching(/front +comes/) });
  media.login = undefined;
  media.lie = { status: 200, body: '<html>' };
  expect(await bring()).toMatchObject({ code: 1, err: expect.stringMatching(/no control API of MediaMTX/) });
});
