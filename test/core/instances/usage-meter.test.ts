/** Pins what is counted of an instance, for how long it is kept, and how seldom it is written. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../src/core/accounts/accounts.ts';
import { instanceAccountKey } from '../../../src/core/instances/logins.ts';
import { createUsageMeter } from '../../../src/core/instances/usage/meter.ts';
import { INSTANCE_USAGE, INSTANCE_USAGE_HISTORY } from '../../../src/core/instances/usage/records.ts';
import { ANNA, newSetting, PLAIN } from '../../support/instances/world.ts';
import { recordingLog } from '../../support/recording-log.ts';

const HOUR_MS = 3_600_000;
const PORCH = { clientId: 'porch', address: '192.0.2.7' };

let setting: Awaited<ReturnType<typeof newSetting>>;
let meter: ReturnType<typeof createUsageMeter>;
let id: string;
let account: Account;
let commits: number;

beforeEach(async () => {
  setting = await newSetting();
  const { store, clock, instances } = setting;
  const { user, generation, ...record } = await instances.create(ANNA, PLAIN);
  id = record.id;
  account = { key: instanceAccountKey(id), kind: 'instance', username: user, generation };
  commits = 0;
  const counting: typeof store = {
    collection: store.collection,
    commit: (change) => {
      commits += 1;
      return store.commit(change);
    },
    get fault() {
      return store.fault;
    },
    get trouble() {
      return store.trouble;
    },
    watch: store.watch,
    close: store.close,
  };
  meter = createUsageMeter(counting, clock, recordingLog());
});

const reopened = () => createUsageMeter(setting.store, setting.clock, recordingLog());

describe('the usage of an instance', () => {
  it('is nothing, and never seen, until it is used', () => {
    expect(meter.of(id)).toMatchObject({ counters: { messagesReceived: 0 }, history: [], lastSeen: null });
  });

  it('counts messages and bytes both ways, the most connections at a time, and refusals by name', () => {
    const { observer } = meter;
    observer.connected(account, PORCH);
    observer.connected(account, PORCH);
    observer.disconnected(account, PORCH);
    observer.published(account, 10);
    observer.delivered(account, 4);
    observer.delivered(account, 4);
    observer.refused(account.username);
    observer.refused('Nobody12');
    const counters = {
      messagesReceived: 1,
      messagesSent: 2,
      bytesReceived: 10,
      bytesSent: 8,
      peakConnections: 2,
      refusedLogins: 1,
    };
    expect(meter.of(id)).toMatchObject({ counters, history: [{ since: '2026-11-21T16:00:00.000Z', ...counters }] });
    expect([...meter.all()]).toEqual([{ user: account.username, connections: 1, counters }]);
    expect(meter.connections()).toEqual({ admin: 0, user: 0, device: 0, instance: 1 });
  });

  it('is one commit a minute for all of them, and none while nothing happens', async () => {
    for (let n = 0; n < 100; n += 1) meter.observer.published(account, 1);
    setting.clock.advance(60_000);
    expect(commits).toBe(1);
    setting.clock.advance(600_000);
    expect(commits).toBe(1);
    await meter.close();
    expect(commits).toBe(1);
    expect(reopened().of(id).counters.messagesReceived).toBe(100);
  });

  it('is kept as an hour ends, so that what is counted belongs to its own', () => {
    setting.clock.advance(11 * 60_000);
    meter.observer.published(account, 1);
    setting.clock.advance(29_301);
    expect(commits).toBe(0);
    setting.clock.advance(1);
    expect(commits).toBe(1);
  });

  it('has no past before an hour is over', async () => {
    meter.observer.published(account, 5);
    await meter.close();
    expect(setting.store.collection(INSTANCE_USAGE).size).toBe(1);
    expect(setting.store.collection(INSTANCE_USAGE_HISTORY).size).toBe(0);
  });

  it('is not lost while it takes long to be kept, nor is who is here and silent', async () => {
    const { store, clock } = setting;
    let keep = () => {};
    const slow: typeof store = {
      ...store,
      commit: async (change) => {
        await new Promise<void>((resolve) => {
          keep = resolve;
        });
        return store.commit(change);
      },
    };
    meter = createUsageMeter(slow, clock, recordingLog());
    meter.observer.published(account, 5);
    clock.advance(180_000);
    expect(meter.of(id).counters.bytesReceived).toBe(5);
    keep();
    await new Promise((resolve) => setImmediate(resolve));
    expect(meter.of(id).counters.bytesReceived).toBe(5);
    meter.observer.connected(account, PORCH);
    clock.advance(60_000);
    keep();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(180_000);
    expect([...meter.all()]).toMatchObject([{ connections: 1 }]);
  });

  it('is of instances alone: whoever else is at the broker is only a number', async () => {
    const person: Account = { ...account, key: 'user:1', kind: 'user' };
    meter.observer.connected(person, PORCH);
    meter.observer.published(person, 1);
    meter.observer.delivered(person, 1);
    setting.clock.advance(60_000);
    expect(commits).toBe(0);
    expect(meter.connections()).toEqual({ admin: 0, user: 1, device: 0, instance: 0 });
    expect([...meter.all()]).toEqual([]);
  });

  it('goes on over a restart', async () => {
    meter.observer.published(account, 5);
    await meter.close();
    const next = reopened();
    expect([...next.all()]).toMatchObject([{ connections: 0, counters: { messagesReceived: 1 } }]);
    next.observer.published(account, 5);
    expect(next.of(id).counters).toMatchObject({ messagesReceived: 2, bytesReceived: 10 });
    expect(next.of(id).history).toHaveLength(1);
  });

  it('is told by the hour, for the last seven days, and not for hours without any', async () => {
    for (let hour = 0; hour < 200; hour += 1) {
      if (hour !== 150) meter.observer.published(account, hour);
      setting.clock.advance(HOUR_MS);
      await Promise.resolve();
    }
    const { history, counters } = meter.of(id);
    expect(counters.messagesReceived).toBe(199);
    expect(history).toHaveLength(167);
    expect(history.at(-1)).toMatchObject({ bytesReceived: 199 });
    expect(history[0]).toMatchObject({ bytesReceived: 32, since: '2026-11-23T00:00:00.000Z' });
    await meter.close();
    expect(reopened().of(id).history).toEqual(history);
  });

  it('puts a connection that stays into every hour’s peak', () => {
    meter.observer.connected(account, PORCH);
    setting.clock.advance(2 * HOUR_MS);
    expect(meter.of(id).history.map(({ peakConnections }) => peakConnections)).toEqual([1, 1, 1]);
  });

  it('goes with the instance, and does not come back', async () => {
    meter.observer.connected(account, PORCH);
    setting.clock.advance(60_000);
    await Promise.resolve();
    await setting.instances.remove(ANNA, id);
    meter.observer.disconnected(account, PORCH);
    await meter.close();
    expect(setting.store.collection(INSTANCE_USAGE).size).toBe(0);
    expect(setting.store.collection(INSTANCE_USAGE_HISTORY).size).toBe(0);
  });
});

describe('when an instance was last seen', () => {
  it('is now while it is connected, and then the moment it left', () => {
    meter.observer.connected(account, PORCH);
    setting.clock.advance(5000);
    expect(meter.of(id).lastSeen).toEqual({ at: '2026-11-21T16:48:35.698Z', address: '192.0.2.7', clientId: 'porch' });
    meter.observer.disconnected(account, PORCH);
    setting.clock.advance(5000);
    expect(meter.of(id).lastSeen?.at).toBe('2026-11-21T16:48:35.698Z');
  });

  it('is known within a minute when the service did not stop cleanly', async () => {
    meter.observer.connected(account, PORCH);
    setting.clock.advance(60_000);
    meter.observer.published(account, 1);
    setting.clock.advance(60_000);
    await Promise.resolve();
    expect(reopened().of(id).lastSeen?.at).toBe('2026-11-21T16:50:30.698Z');
  });
});

it('what a fault of the store kept back is written later', async () => {
  const { store, clock } = setting;
  let isDown = true;
  const failing: typeof store = {
    ...store,
    commit: (change) => (isDown ? Promise.reject(new Error('disk full')) : store.commit(change)),
  };
  const log = recordingLog();
  meter = createUsageMeter(failing, clock, log);
  meter.observer.published(account, 1);
  clock.advance(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  const [line] = log.lines;
  expect(line).toMatchObject({ level: 'warn', message: 'the usage of MQTT instances could not be kept; trying again' });
  expect(line?.fields['err']).toMatchObject({ message: 'disk full' });
  expect(log.lines).toHaveLength(1);
  isDown = false;
  clock.advance(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(reopened().of(id).counters.messagesReceived).toBe(1);
});

it('what two bridges count at the same time is added up, hours too, and the later one of two was seen last', async () => {
  const { store, clock } = setting;
  const other = createUsageMeter(store, clock, recordingLog());
  for (const hour of [0, 1]) {
    clock.advance(hour * HOUR_MS);
    meter.observer.published(account, 10);
    other.observer.connected(account, PORCH);
    other.observer.published(account, 5);
    clock.advance(1000);
    meter.observer.connected(account, { ...PORCH, clientId: 'yard' });
    for (const { observer } of [meter, other]) observer.disconnected(account, { ...PORCH, clientId: 'yard' });
  }
  await Promise.all([meter.close(), other.close()]);
  for (const one of [meter, other, reopened()]) {
    const { counters, history, lastSeen } = one.of(id);
    expect(counters).toMatchObject({ messagesReceived: 4, bytesReceived: 30, peakConnections: 1 });
    expect(history.map(({ bytesReceived }) => bytesReceived)).toEqual([15, 15]);
    expect(lastSeen).toMatchObject({ clientId: 'yard' });
  }
});

describe('the most connections at a time', () => {
  const peak = () => meter.of(id).counters.peakConnections;
  const comes = (elsewhere: number) => {
    meter.observer.elsewhere(account, elsewhere);
    meter.observer.connected(account, PORCH);
  };

  it('are those at all bridges, counted where one comes last', () => {
    comes(3);
    expect(peak()).toBe(4);
    comes(1);
    expect(peak()).toBe(4);
    comes(3);
    expect(peak()).toBe(6);
  });

  it('are no more for a client that moves, of which the other bridge has told a moment ago', () => {
    comes(0);
    meter.observer.elsewhere(account, 1);
    setting.clock.advance(60_000);
    expect(peak()).toBe(1);
  });

  it('are counted anew in each hour, with those elsewhere that are known of', async () => {
    comes(2);
    meter.observer.elsewhere(account, 1);
    setting.clock.advance(HOUR_MS);
    await meter.close();
    expect(meter.of(id).history.map(({ peakConnections }) => peakConnections)).toEqual([3, 2]);
  });

  it('are for others to count where nobody of the account is here', () => {
    comes(0);
    meter.observer.elsewhere(account, 5);
    meter.observer.disconnected(account, PORCH);
    meter.observer.elsewhere(account, 9);
    setting.clock.advance(HOUR_MS);
    expect(peak()).toBe(1);
  });
});
