/** Owns the figures of logins: what a flood of wrong ones costs everybody else, and whether many tokens slow a check. */

import { type Figure, figure, median, percentile } from './figure.ts';
import { BENCH_LOGIN, type Child, startChild } from './stage/child.ts';
import { oneByOne } from './stage/load.ts';
import { connectRaw, publishPacket } from './stage/raw-client.ts';

const FLOOD_PER_SECOND = 50;
const FLOOD_SECONDS = 10;
const TOKENS = 10_000;
const AT_ONCE = 32;

export async function* benchLogins(): AsyncIterable<Figure> {
  const service = await startChild('../../src/main.js');
  try {
    const token = await logIn(service);
    const packet = publishPacket(
      'nestmtx/requests',
      JSON.stringify({ command: 'read', module: 'users', entity: '1', requestId: 'bench', token }),
    );
    // The flood comes last: afterwards this address may not log in for a while.
    yield* manyTokens(service, packet);
    yield* flood(service, packet);
  } finally {
    await service.stop();
  }
}

/** Different names each time, so that only the limit per address slows the attacker. */
async function* flood(service: Child, packet: Buffer): AsyncIterable<Figure> {
  await paced(service, packet, 1);
  const quiet = await paced(service, packet, FLOOD_SECONDS);
  let refused = 0;
  let count = 0;
  const attack = setInterval(() => {
    count += 1;
    void post(service, { username: `name-${count}`, password: 'wrong' }).then((body) => {
      if (JSON.stringify(body).includes('rate_limited')) refused += 1;
    });
  }, 1000 / FLOOD_PER_SECOND);
  const under = await paced(service, packet, FLOOD_SECONDS);
  clearInterval(attack);
  yield figure(
    'request p99 under 50 wrong logins/s',
    'us',
    percentile(under, 0.99),
    percentile(quiet, 0.99),
    'the same, quiet',
    'ratio <= 3',
  );
  yield figure('request p50 under 50 wrong logins/s', 'us', median(under), median(quiet), 'the same, quiet', 'told');
  yield figure('wrong logins answered without a hash', 'share', refused / count, 1, 'all of them', 'told');
}

/** A request every five milliseconds, as a busy house makes them. */
async function paced(service: Child, packet: Buffer, seconds: number): Promise<number[]> {
  const client = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await client.subscribe('nestmtx/responses/bench');
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    times.push(...(await oneByOne(client, () => packet, 1)));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.close();
  return times;
}

async function* manyTokens(service: Child, packet: Buffer): AsyncIterable<Figure> {
  const few = await trips(service, packet);
  for (let made = 0; made < TOKENS; made += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => logIn(service)));
  }
  yield figure(
    'request p50 with 10,000 tokens',
    'us',
    median(await trips(service, packet)),
    median(few),
    'with one token',
    'about 1',
  );
}

async function trips(service: Child, packet: Buffer): Promise<number[]> {
  const client = await connectRaw(service.mqttPort, BENCH_LOGIN.username, BENCH_LOGIN.password);
  await client.subscribe('nestmtx/responses/bench');
  await oneByOne(client, () => packet, 2000);
  const times = await oneByOne(client, () => packet, 5000);
  client.close();
  return times;
}

async function logIn(service: Child): Promise<string> {
  return String((await post(service, BENCH_LOGIN))['bearer']);
}

async function post(service: Child, payload: object): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${service.httpPort}/api/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  return (await response.json()) as Record<string, unknown>;
}
