import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../../support/brokers/mqtt-client.ts';
import { keeping, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';

interface Kept {
  readonly event: { readonly name: string };
  readonly retain: boolean;
}

const AT = '2026-11-21T16:53:30.698Z';
const STATE = { ready: true, demanded: false, readers: 0, since: AT, reason: null, path: null, seq: 1, online: true };

let mosquitto: Mosquitto;
let somebody: TestClient;
let red: NodeRed;

beforeAll(async () => {
  if (mosquittoIsMissing) return;
  [mosquitto, red] = await Promise.all([startMosquitto(), startNodeRed()]);
  const { port, username, password } = mosquitto;
  somebody = await connectClient({ url: `mqtt://127.0.0.1:${port}`, username, password });
  const stalled = { domain: 'camera', event: 'stalled', entity: 1, details: {}, at: AT };
  const keep = { retain: true, qos: 1 } as const;
  await somebody.publish('nestmtx/events/camera/1/stalled', JSON.stringify(stalled), keep);
  await somebody.publish('nestmtx/state/camera/1', JSON.stringify({ ...STATE, enabled: true }), keep);
});

afterAll(async () => {
  await somebody?.end();
  await red?.stop();
  await mosquitto?.stop();
});

async function told(properties: Readonly<Record<string, unknown>>, count: number): Promise<[string, boolean][]> {
  const { port, username, password } = mosquitto;
  const rest = { entity: '1', split: false, holdSeconds: '0', outputs: 1 };
  const event = node('event', 'nestmtx-event', [], { server: 'server', domain: 'camera', ...rest, ...properties });
  const config = server(`mqtt://127.0.0.1:${port}`, { username, password }, { login: 'none' });
  await red.deploy([TAB, config, ...keeping(event)]);
  const messages: Kept[] = [];
  await settled(
    async () => {
      const answer = await red.post('kept');
      messages.push(...(answer.body as Kept[]));
      return answer;
    },
    () => messages.length >= count,
  );
  return messages.map(({ event: { name }, retain }) => [name, retain]);
}

describe.skipIf(mosquittoIsMissing)('retained events and the state at deploy are two things:', () => {
  it('the state is told where it is wanted, though events that somebody had the broker keep are left out', async () => {
    const events = ['ready', 'stalled'];
    expect(await told({ events, tellState: true, ignoreRetained: true }, 1)).toEqual([['ready', true]]);
  });

  it('such an event is told where it is not left out, though no state is wanted', async () => {
    const events = ['ready', 'stalled'];
    expect(await told({ events, tellState: false, ignoreRetained: false }, 1)).toEqual([['stalled', true]]);
  });
});
