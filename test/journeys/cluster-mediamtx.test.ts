/**
 * Two bridges as processes that share one MediaMTX: whichever of them is asked or told, one sees it, and when that one dies or is cut off the other
 * goes on with what somebody watches, and tells nothing twice. MediaMTX is a strict stand-in.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { type BridgeProcess, type Bridges, PASSWORD, startBridges } from '../support/cluster/bridges.ts';
import { natsIsMissing } from '../support/cluster/nats.ts';
import { eventually } from '../support/eventually.ts';
import { comesTrue } from '../support/patience.ts';

/** As they are made below. */
const IDS = { yard: 1, garage: 2, attic: 3, pool: 4 } as const;
type Name = keyof typeof IDS;
/** Sources move within about three seconds; a bridge that is gone is one for all others after eleven. */
const MOVED_MS = 8000;

describe.skipIf(natsIsMissing)('two bridges that share a MediaMTX', () => {
  let mediaMtx: MediaMtxStandIn;
  let bridges: Bridges;
  let token: string;
  const since = new Date(Date.now() - 60_000).toISOString();
  const watched = { since, readers: [{ type: 'rtspSession', id: 'r1' }] };

  beforeAll(async () => {
    mediaMtx = await startMediaMtx(VERSIONS['1.20']);
    for (const name of ['yard', 'attic']) mediaMtx.configure(name, { runOnDemand: 'camera' });
    mediaMtx.configure('garage', {});
    bridges = await startBridges(2, { MEDIAMTX_URL: mediaMtx.url });
    const [a] = bridges.all;
    if (!a) throw new Error('there are two of them');
    const login = { username: 'admin', password: PASSWORD };
    token = Object(await answer(a, { module: 'auth', command: 'create', payload: login })).bearer;
    const payload = (name: string, more: object = {}) => ({ name, mtx_path: name, is_enabled: true, ...more });
    const source = { type: 'rtsp', url: 'rtsp://10.0.0.5/old' };
    const cameras = [payload('yard'), payload('garage', { expected: 'always' }), payload('attic')];
    for (const camera of [...cameras, payload('pool', { source, probe: false })])
      await answer(a, { module: 'cameras', command: 'create', payload: camera });
  });
  afterAll(async () => {
    await bridges?.stop();
    await mediaMtx?.close();
  });

  const ask = (bridge: BridgeProcess, request: ApiRequest) => requestOverHttp(bridge.httpUrl, { token, ...request });

  async function answer(bridge: BridgeProcess, request: ApiRequest): Promise<unknown> {
    const answered = await ask(bridge, request);
    if (!answered.ok) throw new Error(JSON.stringify(answered.error));
    return answered.value;
  }

  /** The one that sees MediaMTX, as all say that run, and the other one. */
  async function both(): Promise<{ sees: BridgeProcess; other: BridgeProcess }> {
    let found = -1;
    await comesTrue(async () => {
      const metrics = bridges.all.map(async ({ httpUrl, isRunning }) =>
        isRunning ? (await fetch(`${httpUrl}/metrics`)).text() : '',
      );
      const has = (await Promise.all(metrics)).map((text) => text.includes('cluster_held{source="mediamtx"} 1'));
      expect(has.filter(Boolean)).toHaveLength(1);
      found = has.indexOf(true);
    });
    const [sees, other] = [bridges.all[found], bridges.all[1 - found]];
    if (!sees || !other) throw new Error('there are two of them');
    return { sees, other };
  }

  /** The oldest first. */
  async function told(bridge: BridgeProcess, name: Name): Promise<string[]> {
    const payload = { domain: 'camera', entity: IDS[name], itemsPerPage: 500 };
    const { items } = Object(await answer(bridge, { module: 'events', command: 'list', payload }));
    return items
      .map((item: { event: string; details: { seq: number } }) => item)
      .sort((one: { details: { seq: number } }, two: { details: { seq: number } }) => one.details.seq - two.details.seq)
      .map(({ event }: { event: string }) => event)
      .filter((event: string) => event !== 'created' && event !== 'updated');
  }

  async function hook({ httpUrl }: BridgeProcess, name: string, body: object): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${httpUrl}/hooks/mediamtx/${name}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    await response.text();
    return response.status;
  }

  /** Whoever sees MediaMTX by then has looked at everything more than once. */
  async function looks(): Promise<void> {
    const asked = () => mediaMtx.requests.filter((request) => request.includes('/v3/paths/list')).length;
    const before = asked();
    await eventually(() => asked() >= before + 3, 'looks at MediaMTX');
  }

  it('a hook that is told to the one that does not see it is told once, and both show what came of it', async () => {
    const { sees, other } = await both();
    expect(await hook(other, 'demand', { path: 'yard' })).toBe(202);
    await comesTrue(async () => expect(await told(sees, 'yard')).toEqual(['demand']));
    mediaMtx.feed('yard', watched);
    for (const name of ['ready', 'read']) expect(await hook(other, name, { path: 'yard' })).toBe(202);
    mediaMtx.feed('garage', { since });
    await hook(other, 'ready', { path: 'garage' });
    await looks();
    for (const bridge of [sees, other]) {
      expect(await told(bridge, 'yard')).toEqual(['demand', 'ready', 'read']);
      expect(await told(bridge, 'garage')).toEqual(['ready']);
    }
  });

  it('whoever was let in at one of them is thrown out when the right is taken away at the other one', async () => {
    const { sees, other } = await both();
    const viewer = { username: 'viewer', password: PASSWORD, can_login: true };
    const id = String(Object(await answer(other, { module: 'users', command: 'create', payload: viewer })).id);
    for (const [i, bridge] of [sees, other].entries()) {
      mediaMtx.conns.set(`conn-${i}`, `session-${i}`);
      const question = { ip: '203.0.113.5', user: 'viewer', password: PASSWORD, token: '', action: 'read' };
      const status = await hook(bridge, 'auth', { ...question, path: 'garage', protocol: 'rtsp', id: `session-${i}` });
      expect(status).toBe(200);
    }
    await answer(sees, { module: 'users', command: 'update', entity: id, payload: { can_login: false } });
    await comesTrue(() =>
      expect(mediaMtx.kicked.map((one) => one.split(' ')[1]).sort()).toEqual(['session-0', 'session-1']),
    );
  });

  it('when the one that sees it is killed, what is watched goes on untold, what fell is told to be down once, and what was asked for meanwhile is heard', async () => {
    const { sees, other } = await both();
    await sees.stop('SIGKILL');
    const killedAt = new Date().toISOString();
    mediaMtx.forget('garage');
    await hook(other, 'demand', { path: 'attic' });
    await comesTrue(async () => expect(await told(other, 'garage')).toEqual(['ready', 'notReady', 'offline']));
    // It did not come in ten seconds: that it was asked for is known nevertheless.
    await comesTrue(async () => expect((await told(other, 'attic')).slice(0, 2)).toEqual(['demand', 'offline']));
    const payload = { domain: 'camera', entity: IDS.garage };
    const { items } = Object(await answer(other, { module: 'events', command: 'list', payload }));
    const down = items.find(({ event }: { event: string }) => event === 'offline');
    expect(down.details).toMatchObject({ name: 'garage', reason: 'no-feed' });
    expect(down.at > killedAt).toBe(true);
    await looks();
    expect(await told(other, 'yard')).toEqual(['demand', 'ready', 'read']);
    const yard = await answer(other, { module: 'cameras', command: 'read', entity: String(IDS.yard) });
    expect(yard).toMatchObject({ stream_ready: true, stream_consumer_count: 1, stream_uptime: since });
    await sees.start();
    await looks();
    for (const bridge of [sees, other]) {
      expect(await told(bridge, 'yard')).toEqual(['demand', 'ready', 'read']);
      expect(await told(bridge, 'garage')).toEqual(['ready', 'notReady', 'offline']);
    }
  });

  it('what is to be done with a camera while it moves is refused at once, with when to ask again, and is done then', async () => {
    const { sees, other } = await both();
    await sees.stop('SIGKILL');
    const url = `${other.httpUrl}/api/cameras/${IDS.yard}`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const askedMs = Date.now();
    const answers = await Promise.all(
      ['probe', 'restart', 'stop', 'start'].map(async (action) => {
        const answered = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ action }) });
        return {
          status: answered.status,
          retryAfter: answered.headers.get('retry-after'),
          body: await answered.json(),
        };
      }),
    );
    expect(Date.now() - askedMs).toBeLessThan(MOVED_MS);
    const refusal = { status: 503, retryAfter: '3', body: { error: { code: 'unavailable' } } };
    expect(answers).toMatchObject([refusal, refusal, refusal, refusal]);
    const probe: ApiRequest = {
      module: 'cameras',
      command: 'update',
      entity: String(IDS.yard),
      payload: { action: 'probe' },
    };
    await comesTrue(async () => expect((await ask(other, probe)).ok).toBe(true));
    expect(await answer(other, { module: 'cameras', command: 'read', entity: String(IDS.yard) })).toMatchObject({
      status: 'running',
    });
    await sees.start();
    // Passed on, now that somebody sees it.
    expect(await ask(sees, probe)).toMatchObject({ ok: true });
  });

  it('one that is cut off from the others and still reaches MediaMTX tells nothing, does nothing there, and knows all when it is back', async () => {
    const { sees, other } = await both();
    await sees.cutOff();
    const emit: ApiRequest = {
      module: 'events',
      command: 'create',
      payload: { domain: 'camera', entity: IDS.attic, event: 'ready' },
    };
    expect(await ask(sees, emit)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    const held = async ({ httpUrl }: BridgeProcess) =>
      (await (await fetch(`${httpUrl}/metrics`)).text()).includes('source="mediamtx"');
    await comesTrue(async () => expect([await held(sees), await held(other)]).toEqual([false, true]));
    mediaMtx.feed('garage', { since: new Date().toISOString() });
    await comesTrue(async () =>
      expect(await told(other, 'garage')).toEqual(['ready', 'notReady', 'offline', 'ready', 'online']),
    );
    const probe: ApiRequest = {
      module: 'cameras',
      command: 'update',
      entity: String(IDS.garage),
      payload: { action: 'probe' },
    };
    expect(await ask(sees, probe)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    const source = { type: 'rtsp', url: 'rtsp://10.0.0.5/new' };
    await answer(other, { module: 'cameras', command: 'update', entity: String(IDS.pool), payload: { source } });
    const written = () => mediaMtx.config('pool')?.['source'];
    await eventually(() => written() === source.url, 'the new source');
    mediaMtx.restart();
    mediaMtx.feed('yard', watched);
    mediaMtx.feed('garage', { since });
    await eventually(() => written() !== undefined, 'the path again');
    await looks();
    expect(written()).toBe(source.url);
    await sees.reach();
    await comesTrue(async () => {
      for (const name of ['yard', 'garage', 'attic'] as const)
        expect(await told(sees, name)).toEqual(await told(other, name));
      expect((await ask(sees, probe)).ok).toBe(true);
    });
    await looks();
    const all = await told(other, 'garage');
    expect(all.slice(0, 5)).toEqual(['ready', 'notReady', 'offline', 'ready', 'online']);
    expect(all.filter((event) => event === 'online')).toHaveLength(1);
  });
});
