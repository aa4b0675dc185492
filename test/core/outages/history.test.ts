/** Pins what the past of a camera says: when it was down, when we were blind, and that neither a restart nor a kill loses it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNSEEN } from '../../../src/core/cameras/facts.ts';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import { FACTS } from '../../../src/core/fact-records.ts';
import { CAMERA_CONDITIONS, PAST_STRETCHES } from '../../../src/core/outages/records.ts';
import { BEGIN, BLIND, DOWN, historySetting, IDLE, MINUTE_MS, UP } from './setting.ts';

let setting: Awaited<ReturnType<typeof historySetting>>;
beforeEach(async () => {
  setting = await historySetting();
});
afterEach(async () => {
  await setting.settled();
  const wanted = ['killed', 'disk full'];
  expect(setting.log.lines.filter(({ fields }) => !wanted.includes(causeOf(fields)))).toEqual([]);
});
const causeOf = ({ err }: Readonly<Record<string, unknown>>) => (err instanceof Error ? err.message : '');

const pass = (minutes: number) => setting.clock.advance(minutes * MINUTE_MS);
const momentAt = (minutes: number) => new Date(Date.parse(BEGIN) + minutes * MINUTE_MS).toISOString();
const inMinutes = (window: '24h' | '7d' | '30d' = '24h') => {
  const { upMs, downMs, blindMs, ratio } = setting.history.uptime('1')[window];
  return { up: upMs / MINUTE_MS, down: downMs / MINUTE_MS, blind: blindMs / MINUTE_MS, ratio };
};

describe('a camera', () => {
  it('that falls and rises has one outage, which lasts until then', () => {
    setting.tell(UP);
    pass(30);
    setting.tell(DOWN);
    pass(10);
    const outage = { cameraId: '1', kind: 'down', reason: 'refused', from: 30, fell: 30 };
    expect(setting.outages()).toEqual([{ ...outage, to: null }]);
    setting.tell(UP);
    pass(20);
    expect(setting.outages()).toEqual([{ ...outage, to: 40 }]);
    expect(inMinutes()).toEqual({ up: 50, down: 10, blind: 1380, ratio: 50 / 60 });
  });

  it('is down for the cause that is found a moment later', () => {
    setting.tell(UP);
    setting.tell({ ...DOWN, reason: 'no-feed' });
    setting.tell({ ...DOWN, reason: 'unreachable' });
    setting.tell({ ...DOWN, reason: 'refused' });
    expect(setting.outages()).toMatchObject([{ reason: 'unreachable' }]);
  });

  it('whose feed went before our eyes is down since then, not since we are sure of it', () => {
    setting.tell({ ...UP, since: BEGIN });
    pass(30);
    setting.facts.set('1', { ...UNSEEN, missing: { verdictAtMs: 0, isLost: true, isWanted: true } });
    setting.tell({ ...DOWN, reason: 'no-feed', since: momentAt(29) });
    expect(setting.outages()).toMatchObject([{ from: 29, fell: 29 }]);
  });

  it('that is found dead while it idles is down since it was found, whenever its feed last went', () => {
    setting.tell({ ...UP, ready: false });
    pass(30);
    setting.tell({ ...DOWN, since: momentAt(10) });
    expect(setting.outages()).toMatchObject([{ from: 30 }]);
  });

  it('is back since its feed came, as far as MediaMTX tells it', () => {
    setting.tell(DOWN);
    pass(5);
    setting.tell({ ...UP, since: momentAt(4) });
    expect(setting.outages()).toMatchObject([{ from: 0, to: 4 }]);
  });

  it('that nobody wants makes no outage, and no uptime', () => {
    setting.tell(UP);
    pass(10);
    setting.tell(IDLE);
    pass(10);
    setting.tell({ ...BLIND, enabled: false });
    pass(10);
    expect(setting.outages()).toEqual([]);
    expect(inMinutes()).toMatchObject({ up: 10, down: 0, ratio: 1 });
  });

  it('that is switched off while it is down is down no longer, whatever is last known of it', () => {
    setting.tell(UP);
    pass(10);
    setting.tell(DOWN);
    pass(5);
    setting.tell({ ...DOWN, enabled: false });
    pass(60);
    expect(setting.outages()).toMatchObject([{ from: 10, to: 15 }]);
    expect(inMinutes()).toMatchObject({ up: 10, down: 5 });
  });

  it('that comes and goes all the time and is not there is one that nobody sees, and no fault of ours', () => {
    setting.tell(UP);
    pass(10);
    setting.tell({ ...IDLE, reason: 'flapping' });
    pass(10);
    expect(setting.outages()).toEqual([]);
    expect(inMinutes()).toMatchObject({ up: 10, blind: 1430 });
  });

  it('is up or down from the moment at which its feed came or went, unless that was before it, or is yet to come', () => {
    setting.facts.set('1', { ...UNSEEN, missing: { verdictAtMs: 0, isLost: true, isWanted: true } });
    setting.tell({ ...UP, since: momentAt(0) });
    pass(10);
    setting.tell({ ...DOWN, since: momentAt(11) });
    pass(1);
    setting.tell({ ...UP, since: momentAt(10) });
    pass(9);
    setting.tell({ ...DOWN, since: momentAt(9) });
    expect(setting.outages()).toMatchObject([{ from: 20, to: null }]);
    pass(10);
    setting.tell({ ...UP, since: momentAt(30) });
    expect(setting.outages()).toMatchObject([{ from: 20, to: 30 }]);
  });

  it('has fallen last when it fell last, with when it rose, and while it is down with none', () => {
    expect(setting.history.lastFall('1')).toBeUndefined();
    for (const state of [UP, DOWN, UP, BLIND, DOWN]) {
      setting.tell(state);
      pass(10);
    }
    const at = (minutes: number) => Date.parse(momentAt(minutes));
    const fall = { cameraId: '1', kind: 'down', reason: 'refused' };
    const now = { ...fall, id: `1-${at(40)}`, fromMs: at(40), toMs: null, fellMs: at(40) };
    expect(setting.history.lastFall('1')).toEqual(now);
    setting.tell(UP);
    expect(setting.history.lastFall('1')).toEqual({ ...now, toMs: at(50) });
    pass(10);
    setting.tell(BLIND);
    expect(setting.history.lastFall('1')).toEqual({ ...now, toMs: at(50) });
  });

  it('is remembered for 90 days, in memory and on disk', async () => {
    const DAY_MINUTES = 24 * 60;
    setting.tell(DOWN);
    pass(10);
    setting.tell(UP);
    await setting.restart((90 * DAY_MINUTES - 1) * MINUTE_MS);
    expect(setting.outages()).toMatchObject([{ from: 0, to: 10 }, { kind: 'blind' }]);
    pass(2);
    await setting.settled();
    expect(setting.outages()).toMatchObject([{ kind: 'blind' }]);
    expect(setting.store.collection(PAST_STRETCHES).size).toBe(0);
  });

  it('that is removed takes its past along', async () => {
    setting.tell(DOWN);
    pass(1);
    setting.tell(UP);
    await setting.settled();
    setting.removed('1');
    await setting.settled();
    expect(setting.outages()).toEqual([]);
    expect(setting.store.collection(CAMERA_CONDITIONS).size + setting.store.collection(PAST_STRETCHES).size).toBe(0);
  });

  it('that was removed while nothing ran takes it along at the next start', async () => {
    setting.tell(DOWN);
    pass(1);
    await setting.store.commit((tx) => tx.collection(CAMERAS).delete('1'));
    await setting.restart(MINUTE_MS);
    await setting.settled();
    expect(setting.store.collection(CAMERA_CONDITIONS).size + setting.store.collection(PAST_STRETCHES).size).toBe(0);
  });

  it('of which nothing is known has no uptime', () => {
    expect(inMinutes()).toEqual({ up: 0, down: 0, blind: 1440, ratio: null });
  });
});

describe('we are blind', () => {
  it('while MediaMTX cannot be asked, which is no outage of the camera', () => {
    setting.tell(UP);
    pass(10);
    setting.tell(BLIND);
    pass(5);
    setting.tell(UP);
    expect(setting.outages()).toEqual([
      { cameraId: '1', kind: 'blind', reason: 'mediamtx-unreachable', from: 10, to: 15, fell: null },
    ]);
    expect(inMinutes()).toMatchObject({ up: 10, down: 0, ratio: 1 });
    expect(setting.history.lastFall('1')).toBeUndefined();
  });

  it('while the service does not run: from its end until the first look after its start', async () => {
    setting.tell(UP);
    pass(10);
    await setting.restart(20 * MINUTE_MS);
    pass(1);
    setting.tell(UP);
    pass(9);
    expect(setting.outages()).toEqual([
      { cameraId: '1', kind: 'blind', reason: 'service-stopped', from: 10, to: 31, fell: null },
    ]);
    expect(inMinutes()).toMatchObject({ up: 19, down: 0 });
  });

  it('from its end on, not from the last minute before it, and only to cameras that somebody had seen', async () => {
    setting = await historySetting(['1', '2', '3']);
    setting.tell(UP);
    setting.tell(IDLE, '2');
    pass(10.5);
    await setting.restart(MINUTE_MS);
    await setting.restart(MINUTE_MS);
    setting.tell(UP);
    const blind = { cameraId: '1', kind: 'blind', reason: 'service-stopped', fell: null };
    expect(setting.outages()).toEqual([{ ...blind, from: 10.5, to: 12.5 }]);
  });

  it('anew when it is for another reason', () => {
    setting.tell(BLIND);
    pass(10);
    setting.tell({ ...BLIND, reason: 'go2rtc-unreachable' });
    setting.tell({ ...BLIND, reason: 'go2rtc-unreachable' });
    expect(setting.outages()).toMatchObject([
      { reason: 'mediamtx-unreachable', from: 0, to: 10 },
      { reason: 'go2rtc-unreachable', from: 10, to: null },
    ]);
  });

  it('from the last minute that is known when the service was killed', async () => {
    setting.tell(UP);
    pass(10.5);
    await setting.restart(20 * MINUTE_MS, true);
    setting.tell(UP);
    expect(setting.outages()).toMatchObject([{ kind: 'blind', reason: 'service-stopped', from: 10, to: 30.5 }]);
  });

  it('not before another camera was seen last, when the service was killed', async () => {
    setting = await historySetting(['1', '2']);
    setting.tell(UP);
    pass(10.5);
    setting.tell(UP, '2');
    pass(0.25);
    await setting.restart(20 * MINUTE_MS, true);
    expect(setting.outages().map(({ from }) => from)).toEqual([10.5, 10.5]);
  });

  it('while the machine sleeps', () => {
    setting.tell(UP);
    pass(10);
    // The clock is another one when it wakes, and no time has passed for timers.
    setting.clock.setBack(-30 * MINUTE_MS);
    pass(1);
    expect(setting.outages()).toMatchObject([{ kind: 'blind', reason: 'service-stopped', from: 10, to: 41 }]);
    expect(inMinutes()).toMatchObject({ up: 10 });
  });

  it('before the service sees anything, a command that reads the past says so and writes nothing', async () => {
    setting.tell(UP);
    pass(10);
    await setting.restart(0);
    setting.tell(UP);
    pass(10.5);
    await setting.settled();
    const before = JSON.stringify([...setting.store.collection(PAST_STRETCHES).values()]);
    const reading = setting.open();
    expect([...reading.outages()].at(-1)).toMatchObject({ kind: 'blind', toMs: null });
    await setting.settled();
    expect(JSON.stringify([...setting.store.collection(PAST_STRETCHES).values()])).toBe(before);
  });
});

it('a camera that is down before and after a restart has fallen once', async () => {
  setting.tell(UP);
  pass(10);
  setting.tell(DOWN);
  pass(10);
  await setting.restart(10 * MINUTE_MS);
  setting.tell(DOWN);
  pass(10);
  expect(setting.outages()).toMatchObject([
    { kind: 'down', from: 10, to: 20, fell: 10 },
    { kind: 'blind', from: 20, to: 30 },
    { kind: 'down', from: 30, to: null, fell: 10 },
  ]);
  expect(inMinutes()).toMatchObject({ up: 10, down: 20 });
});

it('a camera that fell just before the service was killed has fallen once, and nobody saw it down while nothing ran', async () => {
  const lost = () => {
    setting.facts.set('1', { ...UNSEEN, missing: { verdictAtMs: 0, isLost: true, isWanted: true } });
    setting.tell({ ...DOWN, reason: 'no-feed', since });
  };
  setting.tell(UP);
  pass(10);
  const since = new Date(setting.clock.now()).toISOString();
  lost();
  pass(0.1);
  await setting.restart(10 * MINUTE_MS, true);
  lost();
  expect(setting.outages()).toMatchObject([
    { kind: 'blind', reason: 'service-stopped', from: 10, to: 20.1 },
    { kind: 'down', from: 20.1, to: null, fell: 10 },
  ]);
});

it('what was told is there after a restart, word by word', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    setting.tell(UP);
    pass(3);
    setting.tell(turn % 2 === 0 ? DOWN : BLIND);
    pass(2);
  }
  setting.tell(UP);
  const before = setting.outages();
  await setting.restart(0);
  expect(setting.outages().slice(0, 5)).toEqual(before);
});

it('a disk that takes nothing is told to the log, and what happened is known all the same', async () => {
  setting.store.commit = async () => Promise.reject(new Error('disk full'));
  setting.tell(DOWN);
  pass(0.1);
  await setting.settled();
  expect(setting.outages()).toMatchObject([{ kind: 'down' }]);
  const fields = { err: new Error('disk full') };
  expect(setting.log.lines).toContainEqual({
    level: 'error',
    message: 'the history of cameras could not be saved',
    fields,
  });
  setting = await historySetting();
});

it('what is seen when the past begins to be kept counts from then on', async () => {
  setting = await historySetting(['1'], UP);
  pass(10);
  expect(inMinutes()).toMatchObject({ up: 10 });
});

it('nothing is written where there is nothing to tell', async () => {
  setting = await historySetting([]);
  pass(10);
  await setting.restart(0);
  pass(10);
  await setting.settled();
  expect(setting.store.collection(FACTS).size).toBe(0);
});

it('each fall and each rise is one small write', async () => {
  setting.tell(UP);
  pass(1);
  await setting.settled();
  const written: string[] = [];
  const { commit } = setting.store;
  setting.store.commit = (change) =>
    commit((tx) =>
      change({
        ...tx,
        collection: (spec) => {
          const rows = tx.collection(spec);
          return Object.assign(Object.create(rows), {
            get: rows.get.bind(rows),
            put: (record: object) => {
              written.push(JSON.stringify(record));
              rows.put(record as never);
            },
          });
        },
      }),
    );
  setting.tell(DOWN);
  setting.tell({ ...DOWN, seq: 2, readers: 1 });
  pass(0.1);
  expect(written.length).toBe(1);
  setting.tell(UP);
  pass(0.1);
  expect(written.length).toBe(3);
  expect(written.join('').length).toBeLessThan(500);
});
