/** Pins the rhythm of asking by itself: how long it pauses, what it asks again, and that nothing is told or left behind once it is closed. */

import { describe, expect, it } from 'vitest';
import type { CameraRecord } from '../../src/core/cameras/records.ts';
import type { PathConfig, PathReport } from '../../src/mediamtx/paths/report.ts';
import { startPoller } from '../../src/mediamtx/poller.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const CONFIG: PathConfig = {
  source: 'publisher',
  sourceOnDemand: false,
  runsOnDemand: false,
  alwaysAvailable: false,
  closeAfterMs: 0,
};
const report = (name: string, confName = name): PathReport => ({
  ...{ name, confName, available: true, availableSince: null, online: true, onlineSince: null },
  ...{ source: null, tracks: 0, readers: [], received: 0, sent: 0 },
});
const camera = (id: string, mtxPath: string | null): CameraRecord => ({
  ...{ id, credentialId: null, uid: id, room: '', name: id, info: null, mtxPath, isEnabled: true, isPersistent: false },
  ...{ expiresAt: null, sourceType: 'publisher', sealedSourceUrl: null, createdAt: '', updatedAt: '' },
});

/** Everything that can go on without anybody outside has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A MediaMTX that answers as it is told to, or not before it is told to. */
async function setting() {
  const asked: string[] = [];
  const seen: string[] = [];
  const answers: string[] = [];
  const world = {
    facts: { ready: false, demanded: false },
    isUp: true,
    reports: [report('door')],
    isWhole: true,
    configs: ['door', 'all_others'],
    started: 's1',
    isChanged: false,
    areAmong: true,
    /** What the next answers wait for. */
    answering: Promise.resolve(),
  };
  const ask = async <Answer>(what: string, answer: () => Answer): Promise<Answer> => {
    asked.push(what);
    await world.answering;
    return answer();
  };
  const cameras = [camera('1', 'door'), camera('2', 'porch'), camera('3', null)];
  const clock = manualClock();
  const log = recordingLog();
  const poller = startPoller({
    api: {
      started: () => ask('started', () => world.started),
      paths: () => ask('paths', () => ({ reports: world.reports, isWhole: world.isWhole })),
      path: (name) => ask(`path ${name}`, () => world.reports.find((one) => one.name === name)),
      configs: () => ask('configs', () => new Map(world.configs.map((name) => [name, CONFIG]))),
      streamPorts: () => ask('ports', () => ({ rtsp: 8554 })),
    },
    watch: {
      ticket: () => 1,
      hint: (name, { event }) => void seen.push(`${event} hinted of ${name}`),
      see: (_ticket, name, { report: found, config }) => {
        seen.push(`${name} ${found ? 'there' : 'absent'}${config ? '' : ' without configuration'}`);
        return undefined;
      },
      keepOnly: (names) => void seen.push(`only ${[...names].join()}`),
      size: 1,
    },
    pulled: { areAmong: () => world.areAmong, sync: () => ask('sync', () => world.isChanged) },
    reachability: {
      answered: () => answers.push('answered') > 0,
      failed: (error) => void answers.push(String(error)),
      get isUp() {
        return world.isUp;
      },
    },
    records: { values: () => cameras.values(), by: (_index, path) => cameras.find(({ mtxPath }) => mtxPath === path) },
    cameras: { facts: () => world.facts },
    clock,
    log,
  });
  await settled();
  /** What is asked within so much time. */
  async function within(ms: number): Promise<string[]> {
    asked.length = 0;
    clock.advance(ms);
    await settled();
    return [...asked];
  }
  /** Answers come when the result is called. */
  function hold(): (error?: Error) => Promise<void> {
    let release: (error?: Error) => void = () => undefined;
    world.answering = new Promise((resolve, reject) => {
      release = (error) => (error ? reject(error) : resolve());
    });
    world.answering.catch(() => undefined);
    return (error) => {
      release(error);
      return settled();
    };
  }
  return { world, asked, seen, answers, clock, log, poller, within, hold };
}

const POLL = ['started', 'paths'];

describe('the pause', () => {
  it('is five seconds while nothing goes on', async () => {
    const { within } = await setting();
    expect([await within(4999), await within(1), await within(4999)]).toEqual([[], POLL, []]);
  });

  it.each([
    ['a camera is ready', { facts: { ready: true, demanded: false } }],
    ['somebody waits for a camera', { facts: { ready: false, demanded: true } }],
    ['it cannot be asked', { isUp: false }],
  ])('is two seconds while %s', async (_what, change) => {
    const { within, world } = await setting();
    Object.assign(world, change);
    await within(5000);
    expect([await within(1999), await within(1)]).toEqual([[], POLL]);
  });

  it('is short once when cameras change while a question is under way, and as long as ever afterwards', async () => {
    const { within, hold, poller, asked } = await setting();
    const release = hold();
    await within(5000);
    poller.camerasChanged();
    poller.camerasChanged();
    await release();
    expect([await within(249), await within(1)]).toEqual([[], POLL]);
    expect([await within(4999), await within(1)]).toEqual([[], POLL]);
    expect(asked).toEqual(POLL);
  });
});

describe('the configuration', () => {
  it('is read at the start, and compared with ours', async () => {
    const { asked, poller } = await setting();
    expect(asked).toEqual(['started', 'configs', 'ports', 'sync', 'paths']);
    expect(poller.streamPorts).toEqual({ rtsp: 8554 });
  });

  it('is read again after a minute, not before, and compared again', async () => {
    const { within } = await setting();
    const rounds = [];
    for (let second = 5; second <= 60; second += 5) rounds.push(await within(5000));
    expect(rounds.slice(0, 11)).toEqual(Array(11).fill(POLL));
    expect(rounds[11]).toEqual(['started', 'configs', 'ports', 'sync', 'paths']);
  });

  it.each([
    ['it was restarted', { started: 's2' }, ['started', 'configs', 'ports', 'sync', 'paths']],
    [
      'a path follows one that is not known',
      { reports: [report('door', 'new')] },
      ['started', 'paths', 'configs', 'ports'],
    ],
  ])('is read again when %s', async (_what, change, wanted) => {
    const { within, world, log } = await setting();
    Object.assign(world, change);
    expect(await within(5000)).toEqual(wanted);
    expect(log.visible()).toEqual('started' in change ? ['info: MediaMTX has been restarted'] : []);
  });

  it('is read again after a failure: it may be another one by then', async () => {
    const { within, hold, answers } = await setting();
    const release = hold();
    await within(5000);
    await release(new Error('refused'));
    expect(answers.at(-1)).toBe('Error: refused');
    await hold()();
    expect(await within(5000)).toEqual(['started', 'configs', 'ports', 'sync', 'paths']);
  });

  it('is read again when ours had to be put right, and compared at once when one of ours is missing', async () => {
    const { within, world } = await setting();
    Object.assign(world, { areAmong: false, isChanged: true });
    expect(await within(5000)).toEqual(POLL);
    world.areAmong = true;
    expect(await within(5000)).toEqual(['started', 'sync', 'configs', 'ports', 'paths']);
    expect(await within(5000)).toEqual(POLL);
  });
});

describe('a camera whose path is not listed', () => {
  it('has none, when the list is whole', async () => {
    const { seen } = await setting();
    expect(seen).toEqual(['door there', 'porch absent', 'only door']);
  });

  it('is asked for by name, when it may have slipped through between two pages', async () => {
    const { within, world, seen } = await setting();
    world.isWhole = false;
    seen.length = 0;
    expect(await within(5000)).toEqual([...POLL, 'path porch']);
    expect(seen).toEqual(['door there', 'porch absent']);
  });
});

describe('a look', () => {
  it('is taken at paths of cameras, not at those of strangers', async () => {
    const { poller, asked } = await setting();
    asked.length = 0;
    await poller.look('stranger', { event: 'demand' });
    expect(asked).toEqual([]);
    await poller.look('porch');
    expect(asked).toEqual(['path porch']);
  });

  it('that fails is left to the next poll, unless somebody wants to know', async () => {
    const { poller, hold } = await setting();
    const release = hold();
    const look = poller.look('porch');
    const ask = poller.ask('porch');
    void release(new Error('refused'));
    await expect(look).resolves.toBeUndefined();
    await expect(ask).rejects.toThrow('refused');
  });
});

describe('closing', () => {
  it.each([
    ['an answer', undefined],
    ['a failure', new Error('reset')],
  ])(
    'waits for what is under way, and tells nothing of %s that comes then; nothing is asked afterwards',
    async (_what, error) => {
      const { poller, within, hold, answers, clock } = await setting();
      const release = hold();
      await within(5000);
      answers.length = 0;
      let isClosed = false;
      const closed = poller.close().then(() => {
        isClosed = true;
      });
      await settled();
      expect(isClosed).toBe(false);
      await release(error);
      await closed;
      expect([answers, clock.waiting]).toEqual([[], 0]);
      expect(await within(60_000)).toEqual([]);
    },
  );

  it('waits for a look that is under way', async () => {
    const { poller, hold } = await setting();
    const release = hold();
    void poller.look('porch');
    let isClosed = false;
    const closed = poller.close().then(() => {
      isClosed = true;
    });
    await settled();
    expect(isClosed).toBe(false);
    await release();
    await closed;
  });
});
