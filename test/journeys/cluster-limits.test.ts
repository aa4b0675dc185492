/** Two bridges as processes: what one account, or one stranger, may have is had once, whichever bridges are asked, and lists tell of both. */

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { type BridgeProcess, type Bridges, PASSWORD, startBridges } from '../support/cluster/bridges.ts';
import { natsIsMissing } from '../support/cluster/nats.ts';
import { comesTrue, PATIENCE_MS } from '../support/patience.ts';

describe.skipIf(natsIsMissing)('two bridges', () => {
  let bridges: Bridges;
  let a: BridgeProcess;
  let b: BridgeProcess;
  beforeAll(async () => {
    bridges = await startBridges(2);
    const [first, second] = bridges.all;
    if (!first || !second) throw new Error('there are two of them');
    [a, b] = [first, second];
  });
  afterAll(() => bridges.stop());

  const ask = (bridge: BridgeProcess, request: ApiRequest) => requestOverHttp(bridge.httpUrl, request);

  const login = (bridge: BridgeProcess, username: string, password: string) =>
    ask(bridge, { command: 'create', module: 'auth', payload: { username, password } });

  /** What came of a login, in one word. */
  async function outcome(bridge: BridgeProcess, username: string, password: string): Promise<string> {
    const answered = await login(bridge, username, password);
    return answered.ok ? 'in' : Object(answered.error).code;
  }

  it('wrong passwords at one of them count at the other', async () => {
    for (let i = 0; i < 10; i += 1) expect(await outcome(a, 'stranger', 'wrong')).toBe('invalid_credentials');
    expect(await outcome(a, 'stranger', 'wrong')).toBe('rate_limited');
    const heard: string[] = [];
    await vi.waitFor(
      async () => {
        heard.push(await outcome(b, 'stranger', 'wrong'));
        expect(heard.at(-1)).toBe('rate_limited');
      },
      { timeout: PATIENCE_MS, interval: 300 },
    );
    // Of its own it has ten.
    expect(heard.length).toBeLessThan(10);
  });

  async function answer(bridge: BridgeProcess, request: ApiRequest) {
    const answered = await ask(bridge, request);
    if (!answered.ok) throw new Error(JSON.stringify(answered.error));
    return Object(answered.value);
  }

  const token = async (bridge: BridgeProcess): Promise<string> =>
    Object(
      await answer(bridge, { command: 'create', module: 'auth', payload: { username: 'admin', password: PASSWORD } }),
    ).bearer;
  const clientAt = (bridge: BridgeProcess, clientId: string, username = 'admin', password = PASSWORD) =>
    connectClient({ url: bridge.mqttUrl, username, password, clientId });
  const nameOf = async (bridge: BridgeProcess, session: string): Promise<string> =>
    (await answer(bridge, { command: 'list', module: 'cluster', token: session })).bridges.find(
      ({ isThis }: { isThis: boolean }) => isThis,
    ).bridge;

  it('failed logins at one of them are read at the other, those of a stranger who tried both added up', async () => {
    for (const [bridge, times] of [[a, 2] as const, [b, 1] as const])
      for (let i = 0; i < times; i += 1) await outcome(bridge, 'admin', 'wrong');
    const read = { command: 'read', module: 'auth', entity: 'failed', token: await token(b) } as const;
    const seen = await Promise.all([a, b].map((bridge) => answer(bridge, read)));
    const [first, second] = seen.map(({ items }) =>
      items.find(({ username }: { username: string }) => username === 'admin'),
    );
    expect(first).toEqual({ ...second, times: 3 });
    expect(seen[0].count).toBe(seen[1].count);
  });

  it('clients at both are one list, each with its bridge and what it hears, and are sent away from any', async () => {
    const session = await token(a);
    const [here, there] = [await clientAt(a, 'lamp'), await clientAt(b, 'bell')];
    await there.subscribe('bells/#', { qos: 1 });
    await here.subscribe('lamps/#');
    const list = (bridge: BridgeProcess, payload = {}) =>
      answer(bridge, { command: 'list', module: 'clients', token: session, payload });
    const names = [await nameOf(a, session), await nameOf(b, session)];
    for (const bridge of [a, b]) {
      const { items, total, ...rest } = await list(bridge, { sortBy: 'clientId' });
      expect(total).toBe(2);
      expect(items).toMatchObject([
        { clientId: 'bell', bridge: names[1], subscriptions: [{ filter: 'bells/#', qos: 1 }], subscriptionCount: 1 },
        { clientId: 'lamp', bridge: names[0], subscriptions: [{ filter: 'lamps/#' }], subscriptionCount: 1 },
      ]);
      expect(rest).not.toHaveProperty('unanswered');
    }
    expect(await list(a, { search: 'bell', itemsPerPage: 1 })).toMatchObject({
      total: 1,
      items: [{ clientId: 'bell' }],
    });
    expect((await list(a, { page: 2, itemsPerPage: 1, sortBy: 'clientId' })).items).toMatchObject([
      { clientId: 'lamp' },
    ]);
    await answer(a, { command: 'delete', module: 'clients', entity: 'user:1/bell', token: session });
    await there.closed;
    expect((await list(b)).items).toMatchObject([{ clientId: 'lamp' }]);
    await here.end();
  });

  it('a bridge that does not answer is named within a second, and what is known is shown', async () => {
    const session = await token(a);
    const here = await clientAt(a, 'lamp');
    const name = await nameOf(b, session);
    b.freeze();
    try {
      const page = await answer(a, { command: 'list', module: 'clients', token: session });
      expect(page).toMatchObject({ total: 1, items: [{ clientId: 'lamp' }], unanswered: [name] });
      const failed = await answer(a, { command: 'read', module: 'auth', entity: 'failed', token: session });
      expect(failed.unanswered).toHaveLength(1);
      const lost = await ask(a, { command: 'read', module: 'operations', entity: 'nobody-knows', token: session });
      expect(Object(lost)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    } finally {
      b.thaw();
    }
    const gone = await ask(a, { command: 'read', module: 'operations', entity: 'nobody-knows', token: session });
    expect(Object(gone)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    await here.end();
  });

  it('work that was begun at one of them is looked at, carried on and forgotten at the other', async () => {
    const session = await token(a);
    const { server, url } = await aGo2Rtc();
    try {
      const from = { from: 'go2rtc', url };
      const plan = await answer(a, { command: 'create', module: 'imports', token: session, payload: from });
      const at = (bridge: BridgeProcess, entity: string) =>
        answer(bridge, { command: 'read', module: 'operations', entity, token: session });
      await comesTrue(async () => expect(await at(b, plan.operation)).toMatchObject({ state: 'done' }));
      expect((await at(b, plan.operation)).result.steps).toHaveLength(1);
      const move = await answer(b, { command: 'update', module: 'imports', entity: plan.operation, token: session });
      await comesTrue(async () => expect(await at(b, move.operation)).toMatchObject({ state: 'done', by: 'admin' }));
      const listed = await answer(b, { command: 'list', module: 'operations', token: session });
      const name = await nameOf(a, session);
      expect(listed).toMatchObject([
        { id: move.operation, bridge: name },
        { id: plan.operation, bridge: name },
      ]);
      await answer(b, { command: 'delete', module: 'operations', entity: plan.operation, token: session });
      expect(await answer(a, { command: 'list', module: 'operations', token: session })).toHaveLength(1);
    } finally {
      server.close();
    }
  });

  it('the most connections at a time are those at both', async () => {
    const session = await token(a);
    const rented = await answer(a, { command: 'create', module: 'instances', token: session });
    const come = (bridge: BridgeProcess, id: string) => clientAt(bridge, id, rented.user, rented.password);
    const clients = [await come(a, 'one'), await come(b, 'two'), await come(b, 'three')];
    const usage = await fetch(`${b.httpUrl}/v1/mqtt/${rented._id}/usage`, {
      headers: { authorization: `Bearer ${session}` },
    });
    expect(await usage.json()).toMatchObject({ peak_connections: 3 });
    await Promise.all(clients.map((client) => client.end()));
  });
});

async function aGo2Rtc(): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => response.end(JSON.stringify({ door: {} })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
}
