/** Pins the `htop` module (contract 2.7): what it shows, and that parts can be started and stopped by name. */

import { beforeEach, describe, expect, it } from 'vitest';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { createProcesses, type Figures, type Host } from '../../src/core/processes.ts';
import { htopModule } from '../../src/modules/htop.ts';
import type { PathInfo } from '../../src/protocol/entities/htop.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { createHost } from '../../src/system/host.ts';
import { moduleApi } from '../support/api/modules.ts';
import { camera } from './credentials-setting.ts';

const SELF: Figures = { pid: 4711, cpu: 2.5, memory: 80_000_000, uptime: 60_000 };
const STOPPED: Figures = { pid: null, cpu: null, memory: null, uptime: null };
const HOST: Host = {
  cpuTimes: () => [
    { user: 10, nice: 0, sys: 5, idle: 85, irq: 0 },
    { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 },
  ],
  memory: () => ({ total: 1000, used: 250 }),
  self: () => SELF,
};
const PATHS: PathInfo[] = [
  {
    path: 'garage',
    src: 'rtspSession',
    ready: true,
    uptime: '2026-11-21T16:48:30.698Z',
    tracks: 2,
    dataRx: 10,
    dataTx: 20,
    consumers: 1,
  },
];

function setting() {
  const processes = createProcesses(HOST, () => PATHS);
  const done: string[] = [];
  const act = (action: string) => async () => {
    await new Promise((resolve) => setImmediate(resolve));
    done.push(action);
  };
  const actions = { start: act('start'), stop: act('stop'), restart: act('restart') };
  const remove = processes.add({ name: 'mosquitto', figures: () => STOPPED, actions });
  return { api: moduleApi(htopModule(processes)), done, processes, actions, remove };
}

const list = { command: 'list', module: 'htop' } as const;
const act = (entity: string, action: unknown) =>
  ({ command: 'update', module: 'htop', entity, payload: { action } }) as const;

describe('htop.list', () => {
  it('shows cores in percent, memory, the service first among its processes, and the media paths', async () => {
    const { api } = setting();
    expect(await api.value(list)).toEqual({
      cpu: [
        { cpu: 1, user: 10, nice: 0, sys: 5, idle: 85, irq: 0 },
        { cpu: 2, user: 0, nice: 0, sys: 0, idle: 0, irq: 0 },
      ],
      memory: { total: 1000, used: 250 },
      processes: [
        { name: 'nestmtx', ...SELF },
        { name: 'mosquitto', ...STOPPED },
      ],
      paths: PATHS,
    });
  });

  it('no longer shows a part that was taken out', async () => {
    const { api, remove } = setting();
    remove();
    expect(await api.value(list)).toHaveProperty('processes', [{ name: 'nestmtx', ...SELF }]);
  });

  it('takes no two parts of one name', () => {
    const { processes, actions } = setting();
    for (const name of ['nestmtx', 'mosquitto']) {
      expect(() => processes.add({ name, figures: () => STOPPED, actions })).toThrow(name);
    }
  });
});

describe('htop.update', () => {
  it.each(['start', 'stop', 'restart'])('%s answers {} when it is done', async (action) => {
    const { api, done } = setting();
    expect(await api.value(act('mosquitto', action))).toEqual({});
    expect(done).toEqual([action]);
  });

  it('refuses an unknown action before it looks for the process', async () => {
    const { api, done } = setting();
    expect(await api.error(act('nobody', 'explode'))).toMatchObject({
      code: 'unknown_action',
      message: 'Unknown action: explode',
    });
    expect(done).toEqual([]);
  });

  it.each(['nobody', 'nestmtx', 'Mosquitto', '__proto__'])('knows no process %s to act on', async (entity) => {
    const { api } = setting();
    expect(await api.error(act(entity, 'restart'))).toMatchObject({
      code: 'unknown_process',
      message: `No Process with name "${entity}" exists`,
    });
  });

  it.each([undefined, 1, null, { toString: 1 }])('wants the action %j as text', async (action) => {
    const { api } = setting();
    const payload = action === undefined ? {} : { action };
    expect(await api.error({ ...act('mosquitto', ''), payload })).toMatchObject({ code: 'invalid_payload' });
  });

  it('is for administrators', async () => {
    const { api } = setting();
    expect(await api.error({ ...act('mosquitto', 'stop'), token: 'user' })).toMatchObject({ code: 'forbidden' });
  });
});

describe('the figures of this machine', () => {
  it('are those of our process, and plausible', () => {
    const host = createHost();
    const self = host.self();
    expect(self.pid).toBe(process.pid);
    expect(self.memory).toBeGreaterThan(1_000_000);
    expect(self.cpu).toBeGreaterThan(0);
    expect(self.uptime).toBeGreaterThan(0);
    const { total, used } = host.memory();
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(total);
  });

  it('give shares of each core that add up to one hundred', () => {
    const processes = createProcesses(createHost(), () => []);
    expect(processes.cpu().length).toBeGreaterThan(0);
    for (const { cpu, ...shares } of processes.cpu()) {
      const sum = Object.values(shares).reduce((total, share) => total + share, 0);
      expect(sum, `core ${cpu}`).toBeCloseTo(100, 6);
    }
  });
});

describe('htop.update of a stream, by the name of its process in NestMTX', () => {
  let told: string[];
  let api: ReturnType<typeof moduleApi>;

  beforeEach(async () => {
    told = [];
    const store = memoryStore(COLLECTIONS);
    await store.commit((tx) => {
      for (const [index, path] of ['garage', 'door', 'cellar', 'Back-Yard_2'].entries()) {
        const isStopped = path === 'cellar' && { isStopped: true as const };
        tx.collection(CAMERAS).put({ ...camera(String(index + 1), null), mtxPath: path, ...isStopped });
      }
    });
    const streams = {
      store,
      media: { list: () => PATHS, get: (path: string) => PATHS.find((known) => known.path === path) },
      act: async (id: string, action: string) =>
        void told.push(`${action} ${store.collection(CAMERAS).get(id)?.mtxPath}`),
    };
    api = moduleApi(
      htopModule(
        createProcesses(HOST, () => PATHS),
        streams,
      ),
    );
  });

  it.each([
    ['mtx-garage', 'restart', ['restart garage']],
    ['mtx-door', 'restart', ['restart door']],
    ['mtx-Back-Yard_2', 'restart', ['restart Back-Yard_2']],
    ['mtx-back-yard2', 'restart', ['restart Back-Yard_2']],
    ['mtx-garage', 'stop', ['stop garage']],
    ['mtx-door', 'start', ['restart door']],
    ['mtx-garage', 'start', []],
    ['mediamtx', 'restart', ['restart garage']],
    ['mediamtx', 'stop', ['stop garage']],
    ['mtx-cellar', 'start', ['start cellar']],
    ['mediamtx', 'start', ['start cellar']],
  ])('%s, %s: %j', async (entity, action, expected) => {
    expect(await api.value(act(entity, action))).toEqual({});
    expect(told).toEqual(expected);
  });

  it('is unknown where no camera has the path', async () => {
    expect(await api.error(act('mtx-attic', 'restart'))).toMatchObject({
      code: 'unknown_process',
      message: 'No Process with name "mtx-attic" exists',
    });
  });
});
