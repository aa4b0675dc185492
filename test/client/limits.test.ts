import fc from 'fast-check';
import { generate, type IPublishPacket } from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, createClient } from '../../src/client/client.ts';
import { assertPublishable, assertSubscribable, type Limits } from '../../src/client/limits.ts';
import { mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { startService } from '../support/service.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUps.splice(0).reverse()) await step();
});

async function connect(options: ClientOptions) {
  const client = createClient({ random: () => 0, ...options });
  const states: string[] = [];
  client.onState((state) => states.push(state));
  cleanUps.push(client.close);
  client.connect();
  await client.connected();
  return { client, states };
}

const codeOf = (check: () => void): unknown => {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

describe('a packet', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 });

  it('is refused exactly when it is larger than the broker takes', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 400 }), (payload, maximumPacketSize) => {
        const packet: IPublishPacket = { cmd: 'publish', topic: 'a/b', payload, qos: 0, dup: false, retain: false };
        const bytes = generate(packet, { protocolVersion: 5 }).length;
        const code = codeOf(() => assertPublishable('a/b', payload, { maximumPacketSize }));
        expect(code).toBe(bytes > maximumPacketSize ? 'too_large' : undefined);
      }),
    );
  });

  it.each([
    ['a wildcard in a topic', () => assertPublishable('a/+', '', {}), 'invalid_topic'],
    ['an empty topic', () => assertPublishable('', '', {}), 'invalid_topic'],
    ['a filter that is none', () => assertSubscribable('a/#/b', {}), 'invalid_topic'],
    ['a filter that is too long', () => assertSubscribable('a'.repeat(50), { maximumPacketSize: 50 }), 'too_large'],
    ['a wildcard where there are none', () => wildcard({ wildcardSubscriptionAvailable: false }), 'refused'],
    ['a wildcard elsewhere', () => wildcard({}), undefined],
  ] as const)('is judged by what the broker has said: %s', (_what, check, code) => {
    expect(codeOf(check)).toBe(code);
  });
});

function wildcard(limits: Limits): void {
  assertSubscribable('a/+', limits);
}

const LOGIN = { username: 'admin', password: 'correct horse battery' };
const HEALTH = { command: 'list', module: 'health' } as const;

async function ours(): Promise<ClientOptions> {
  const service = await startService({ env: { BROKER_MAX_PACKET: '100000' } });
  cleanUps.push(service.stop);
  return { url: service.mqttUrl, ...LOGIN };
}

async function mosquittos(): Promise<ClientOptions> {
  const { port, username, password, stop } = await startMosquitto({ config: ['max_packet_size 100000'] });
  cleanUps.push(stop);
  return { host: '127.0.0.1', port, username, password };
}

describe.each([
  ['our broker', ours, { isAnswered: true, isMissing: false }],
  ['mosquitto', mosquittos, { isAnswered: false, isMissing: mosquittoIsMissing }],
] as const)('at %s', (_name, start, { isAnswered, isMissing }) => {
  it.skipIf(isMissing)('a request that is too large fails at once and alone', async () => {
    const { client, states } = await connect(await start());
    const beside = client.request(HEALTH, { timeoutMs: 500 }).catch((error) => error.code);
    await expect(client.request({ ...HEALTH, payload: { search: 'x'.repeat(300_000) } })).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringMatching(/payload too large: .* 100000$/),
    });
    // Nobody serves the API at mosquitto here.
    if (isAnswered) expect(await beside).toMatchObject({ healthy: 'healthy' });
    else expect(await beside).toBe('timeout');
    expect(states).toEqual(['connecting', 'connected']);
  });
});
