/** Owns what a benchmark of a cluster asks its bridges for, one after another and many at once. */

import { type Bridge, startBridges } from './bridges.ts';
import { BENCH_LOGIN } from './child.ts';
import { connectRaw } from './raw-client.ts';

export const AT_ONE = 2000;
export const LOGINS = 100;
export const AT_ONCE = 64;

interface Rented {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
}

export async function perSecondAlone(): Promise<number> {
  const bridges = await startBridges(undefined, 1);
  try {
    const [alone] = bridges.all;
    if (!alone) return Number.NaN;
    await atOnce(AT_ONE / 4, () => create(alone));
    const begun = performance.now();
    await atOnce(AT_ONE, () => create(alone));
    return (AT_ONE / (performance.now() - begun)) * 1000;
  } finally {
    await bridges.stop();
  }
}

export async function untilLogin(a: Bridge, b: Bridge): Promise<number[]> {
  const times: number[] = [];
  for (let done = 0; done < LOGINS; done += 1) {
    const begun = performance.now();
    const { user, password } = await create(a);
    (await connectRaw(b.mqttPort, user, password)).close();
    times.push(performance.now() - begun);
  }
  return times;
}

export async function untilCreated(bridge: Bridge): Promise<number> {
  const begun = performance.now();
  const isMade = () => bridge.call('POST', '/v1/mqtt').then(({ status }) => status === 201);
  while (!(await isMade().catch(() => false)));
  return (performance.now() - begun) / 1000;
}

export async function untilLed(bridges: readonly Bridge[]): Promise<number> {
  const [bridge] = bridges;
  if (!bridge) return Number.NaN;
  const begun = performance.now();
  const token = await tokenAt(bridge);
  for (;;) {
    const { bridges: living } = await ask<Living>(bridge, token, '/api/cluster');
    if (living.some(({ isLeading }) => isLeading)) return (performance.now() - begun) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Living {
  readonly bridges: readonly { readonly isLeading: boolean }[];
}

export async function create(bridge: Bridge): Promise<Rented> {
  const { status, text } = await bridge.call('POST', '/v1/mqtt');
  if (status !== 201) throw new Error(`a creation failed: ${status} ${text}`);
  return JSON.parse(text);
}

export async function makeCameras(bridge: Bridge, count: number): Promise<{ ids: number[]; perSecond: number }> {
  const token = await tokenAt(bridge);
  const ids = new Array<number>(count).fill(0);
  const begun = performance.now();
  await atOnce(count, async (index) => {
    const payload = { name: `camera ${index}`, room: 'bench', mtx_path: `camera-${index}`, is_enabled: true };
    ids[index] = (await ask<{ id: number }>(bridge, token, '/api/cameras', payload)).id;
  });
  return { ids, perSecond: (count / (performance.now() - begun)) * 1000 };
}

/** One of each camera. @returns how many a second */
export async function tellEvents(bridge: Bridge, ids: readonly number[]): Promise<number> {
  const token = await tokenAt(bridge);
  const begun = performance.now();
  await atOnce(ids.length, (index) =>
    ask(bridge, token, '/api/events', { domain: 'camera', entity: ids[index], event: 'ready' }),
  );
  return (ids.length / (performance.now() - begun)) * 1000;
}

async function tokenAt(bridge: Bridge): Promise<string> {
  return (await ask<{ bearer: string }>(bridge, '', '/api/auth', BENCH_LOGIN)).bearer;
}

async function ask<T>({ httpPort }: Bridge, token: string, path: string, payload?: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, {
    method: payload ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(payload && { body: JSON.stringify(payload) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export async function atOnce(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
