/** Pins the pace of announcements: what Home Assistant can follow, once per change, and nothing left behind. */

import { beforeEach, describe, expect, it } from 'vitest';
import { ANNOUNCED } from '../../src/homeassistant/announced.ts';
import type { Announcement, Component } from '../../src/homeassistant/devices/device.ts';
import { createDiscovery, type Discovery } from '../../src/homeassistant/discovery.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { recordingLink } from '../support/brokers/recording-link.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const FEED: Component = { p: 'binary_sensor', unique_id: 'n_cam_1_feed' };
const VIEWERS: Component = { p: 'sensor', unique_id: 'n_cam_1_viewers' };

function device(id: number, name = 'Door', components: Announcement['components'] = { feed: FEED }): Announcement {
  const objectId = `n_cam_${id}`;
  return { objectId, device: { ids: [objectId], name }, components, availability: [], ownTopics: [`n/own/${id}`] };
}

describe('discovery', () => {
  let clock: ReturnType<typeof manualClock>;
  let link: ReturnType<typeof recordingLink>;
  let log: ReturnType<typeof recordingLog>;
  let store: ReturnType<typeof memoryStore>;
  let chance: number;
  let discovery: Discovery;

  const settle = () => new Promise((resolve) => setImmediate(resolve));
  async function pass(ms: number): Promise<string[]> {
    clock.advance(ms);
    await settle();
    return link.news();
  }
  const start = (prefix = 'ha') =>
    createDiscovery({ link, store, clock, log, random: () => chance, prefix, version: '1' });
  const nameIn = (line = '') => JSON.parse(line.slice(line.indexOf(' '))).dev.name;
  const componentsIn = (line = '') => JSON.parse(line.slice(line.indexOf(' '))).cmps;
  const remembered = () => [...store.collection(ANNOUNCED).values()].map(({ id }) => id);

  beforeEach(() => {
    clock = manualClock();
    link = recordingLink();
    log = recordingLog();
    store = memoryStore([ANNOUNCED]);
    chance = 0;
    discovery = start();
  });

  async function announced(announcement = device(1)): Promise<void> {
    discovery.announce(announcement);
    discovery.show(`n/own/${announcement.objectId.at(-1)}`, { on: true });
    await pass(5000);
    await pass(5000);
  }

  it('announces a device within 2 to 5 seconds, and its own state behind it', async () => {
    chance = 0.9999;
    discovery = start();
    discovery.announce(device(1));
    discovery.show('n/own/1', { on: true });
    expect(await pass(4990)).toEqual([]);
    const [config, ...others] = await pass(10);
    expect(config).toMatch(/^ha\/device\/n_cam_1\/config \{"dev":\{"ids":\["n_cam_1"\],"name":"Door"\}/);
    expect(others).toEqual(['n/own/1 {"on":true}']);
    expect(link.sent.every(({ retain, qos }) => retain && qos === 1)).toBe(true);
  });

  it('announces a device also where it could not be noted when it was due, as while NATS chooses a leader', async () => {
    const { commit } = store;
    store.commit = () => Promise.reject(new ApiError('unavailable'));
    discovery.announce(device(1));
    expect(await pass(10_000)).toEqual([]);
    store.commit = commit;
    expect(nameIn((await pass(30_000))[0] ?? 'nothing {"dev":{}}')).toBe('Door');
    for (let i = 0; i < 3; i += 1) expect(await pass(30_000)).toEqual([]);
  });

  it('tells changes that come together once', async () => {
    await announced();
    for (const name of ['a', 'b', 'c']) discovery.announce(device(1, name));
    await pass(1999);
    expect(nameIn((await pass(1))[0])).toBe('c');
    expect(await pass(60_000)).toEqual([]);
  });

  it('says nothing when a device reads as before', async () => {
    await announced();
    for (let round = 0; round < 100; round++) {
      discovery.announce(device(1));
      expect(await pass(1000)).toEqual([]);
    }
  });

  it('shows a changed state at once and an unchanged one never', async () => {
    await announced();
    discovery.show('n/own/1', { on: true });
    discovery.show('n/own/1', { on: false });
    expect(link.news()).toEqual(['n/own/1 {"on":false}']);
  });

  it('never publishes twice on one topic within two seconds, whatever happens', async () => {
    const times = new Map<string, number[]>();
    const { publish } = link;
    link.publish = async (message) => {
      times.set(message.topic, [...(times.get(message.topic) ?? []), clock.now()]);
      return publish(message);
    };
    for (let step = 0; step < 400; step++) {
      chance = (step * 0.37) % 1;
      const id = step % 3;
      if (step % 11 === 0) discovery.withdraw(`n_cam_${id}`);
      else if (step % 17 === 0) discovery.announceAll();
      else discovery.announce(device(id, `name ${step % 7}`, step % 5 === 0 ? { viewers: VIEWERS } : { feed: FEED }));
      await settle();
      await pass(300);
    }
    const gaps = [...times]
      .filter(([topic]) => topic.endsWith('/config'))
      .flatMap(([, at]) => at.slice(1).map((time, index) => time - (at[index] ?? 0)));
    expect(gaps.length).toBeGreaterThan(50);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2000);
  });

  it('names a component once without anything else before it leaves it out', async () => {
    await announced(device(1, 'Door', { feed: FEED, viewers: VIEWERS }));
    link.news();
    discovery.announce(device(1));
    const [removal] = await pass(2000);
    expect(componentsIn(removal)).toEqual({ feed: FEED, viewers: { p: 'sensor' } });
    expect(await pass(1999)).toEqual([]);
    const [without] = await pass(1);
    expect(componentsIn(without)).toEqual({ feed: FEED });
  });

  it('also removes components that an earlier version had', async () => {
    await announced(device(1, 'Door', { feed: FEED, viewers: VIEWERS }));
    await discovery.close();
    link.news();
    discovery = start();
    discovery.announce(device(1));
    const [removal] = await pass(2000);
    expect(componentsIn(removal)).toEqual({ feed: FEED, viewers: { p: 'sensor' } });
  });

  it('removes and adds where a component becomes another platform', async () => {
    await announced();
    link.news();
    discovery.announce(device(1, 'Door', { feed: VIEWERS }));
    const [removal] = await pass(2000);
    expect(componentsIn(removal)).toEqual({ feed: { p: 'binary_sensor' } });
    expect(componentsIn((await pass(2000))[0])).toEqual({ feed: VIEWERS });
  });

  it('withdraws a device at once, with its own topics, and remembers that it did', async () => {
    await announced();
    link.news();
    discovery.withdraw('n_cam_1');
    expect(link.news()).toEqual(['ha/device/n_cam_1/config ']);
    await settle();
    expect(link.news()).toEqual(['n/own/1 ']);
    expect(link.retained()).toEqual(new Map());
    expect(remembered()).toEqual(['ha/device/n_cam_1/config']);
  });

  it('teaches a Home Assistant that has started what was withdrawn, takes it back, and forgets it then', async () => {
    await announced(device(1, 'Door', { feed: FEED, viewers: VIEWERS }));
    discovery.withdraw('n_cam_1');
    await pass(60_000);
    discovery.welcome(true);
    const [lesson, ...others] = await pass(0);
    expect(others).toEqual([]);
    const silent = [{ topic: 'ha/device/n_cam_1/gone' }];
    const stand = { availability: silent, state_topic: 'ha/device/n_cam_1/gone' };
    expect(componentsIn(lesson)).toEqual({ feed: { ...FEED, ...stand }, viewers: { ...VIEWERS, ...stand } });
    expect(link.sent.at(-1)).toMatchObject({ retain: false, qos: 1 });
    expect(await pass(3999)).toEqual([]);
    expect(await pass(1)).toEqual(['ha/device/n_cam_1/config ', 'n/own/1 ']);
    expect(remembered()).toEqual([]);
    discovery.welcome(true);
    expect(await pass(60_000)).toEqual([]);
  });

  it('goes on with what nobody may have heard when it is started again', async () => {
    await announced();
    discovery.withdraw('n_cam_1');
    await settle();
    await discovery.close();
    discovery = start();
    discovery.announceAll();
    await pass(60_000);
    expect(remembered()).toEqual(['ha/device/n_cam_1/config']);
    discovery.welcome(true);
    await pass(0);
    await pass(4000);
    expect(remembered()).toEqual([]);
  });

  it('forgets nothing that was taught and could not be taken back', async () => {
    await announced();
    discovery.withdraw('n_cam_1');
    await pass(60_000);
    discovery.welcome(true);
    await pass(0);
    link.turn(false);
    await pass(60_000);
    expect(remembered()).toEqual(['ha/device/n_cam_1/config']);
    link.turn(true);
    discovery.announceAll();
    await pass(0);
    expect(remembered()).toEqual([]);
  });

  it('teaches it also when nobody knows who is there, and forgets nothing then', async () => {
    await announced();
    discovery.withdraw('n_cam_1');
    await pass(60_000);
    discovery.welcome(false);
    expect((await pass(0)).map((line) => line.split(' ')[0])).toEqual(['ha/device/n_cam_1/config']);
    expect(await pass(4000)).toEqual(['ha/device/n_cam_1/config ', 'n/own/1 ']);
    expect(remembered()).toEqual(['ha/device/n_cam_1/config']);
  });

  it('does the same for a component that was left out', async () => {
    await announced(device(1, 'Door', { feed: FEED, viewers: VIEWERS }));
    discovery.announce(device(1));
    await pass(2000);
    await pass(2000);
    await pass(60_000);
    link.news();
    discovery.welcome(true);
    const [lesson] = await pass(0);
    expect(componentsIn(lesson)['viewers']).toMatchObject({ ...VIEWERS, state_topic: 'ha/device/n_cam_1/gone' });
    expect(link.sent.at(-1)?.retain).toBe(false);
    const [removal] = await pass(4000);
    expect(componentsIn(removal)).toEqual({ feed: FEED, viewers: { p: 'sensor' } });
    expect(componentsIn((await pass(2000))[0])).toEqual({ feed: FEED });
    await pass(2000);
    discovery.welcome(true);
    expect((await pass(0)).map((line) => line.split(' ')[0])).toEqual(['ha/device/n_cam_1/config', 'n/own/1']);
    expect(await pass(60_000)).toEqual([]);
  });

  it('keeps what is new back after its start until what went is let go of, for half a minute at most', async () => {
    await announced(device(1));
    await discovery.close();
    link.news();
    discovery = start();
    discovery.announce(device(2));
    discovery.announceAll();
    expect(await pass(0)).toEqual(['ha/device/n_cam_1/config ', 'n/own/1 ']);
    expect(await pass(10_000)).toEqual([]);
    discovery.welcome(true);
    expect((await pass(0)).map((line) => line.split(' ')[0])).toEqual(['ha/device/n_cam_1/config']);
    expect((await pass(4000)).map((line) => line.split(' ')[0])).toEqual(['ha/device/n_cam_1/config', 'n/own/1']);
    expect((await pass(2000)).map((line) => line.split(' ')[0])).toEqual(['ha/device/n_cam_2/config']);
  });

  it('waits between a removal and the same device again', async () => {
    await announced();
    discovery.withdraw('n_cam_1');
    await settle();
    link.news();
    discovery.announce(device(1));
    discovery.announceAll();
    expect(await pass(1999)).toEqual([]);
    expect(nameIn((await pass(1))[0])).toBe('Door');
  });

  it('says everything again after a random pause of at most five seconds', async () => {
    await announced(device(1));
    await announced(device(2));
    link.news();
    chance = 0.5;
    discovery.announceAll();
    expect(await pass(2499)).toEqual([]);
    expect((await pass(1)).map((line) => line.split(' ')[0])).toEqual([
      'ha/device/n_cam_1/config',
      'n/own/1',
      'ha/device/n_cam_2/config',
      'n/own/2',
    ]);
  });

  it('clears what went while nobody looked, before it says the rest', async () => {
    await announced(device(1));
    await announced(device(2));
    await discovery.close();
    link.news();
    discovery = start();
    discovery.announce(device(2));
    discovery.announceAll();
    expect(await pass(0)).toEqual(['ha/device/n_cam_1/config ', 'n/own/1 ']);
    expect((await pass(2000)).map((line) => line.split(' ')[0])).toContain('ha/device/n_cam_2/config');
    expect(remembered()).toEqual(['ha/device/n_cam_1/config', 'ha/device/n_cam_2/config']);
  });

  it('moves to another prefix without clearing the state that is still shown', async () => {
    await announced();
    await discovery.close();
    link.news();
    discovery = start('other');
    discovery.announce(device(1));
    discovery.show('n/own/1', { on: true });
    discovery.announceAll();
    expect(await pass(0)).toEqual(['ha/device/n_cam_1/config ']);
    await pass(30_000);
    expect([...link.retained().keys()]).toEqual(['n/own/1', 'other/device/n_cam_1/config']);
  });

  it('remembers what could not be cleared while the broker was away', async () => {
    await announced();
    link.turn(false);
    discovery.withdraw('n_cam_1');
    await pass(60_000);
    expect(remembered()).toEqual(['ha/device/n_cam_1/config']);
    link.turn(true);
    discovery.announceAll();
    await pass(0);
    expect(link.retained()).toEqual(new Map());
  });

  it('goes on with the others when one cannot be published', async () => {
    const { publish } = link;
    link.publish = async (message) => {
      if (message.topic.includes('cam_1')) throw new Error('too large');
      return publish(message);
    };
    discovery.announce(device(1));
    discovery.announce(device(2));
    expect(await pass(2000)).toHaveLength(1);
    expect(log.visible()).toEqual(['warn: could not publish for Home Assistant']);
  });

  it('says nothing any more when it is closed', async () => {
    discovery.announce(device(1));
    await discovery.close();
    expect(await pass(60_000)).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
