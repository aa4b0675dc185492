/** 2,000 generated messages that are no requests: the service answers on, and echoes no secret. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, request } from '../../support/api/mqtt.ts';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

const SECRET = 'S3CR3T-never-to-be-seen-again';
const bytes = (text: string) => Buffer.from(text);

const secretKey = fc.constantFrom('password', 'oauth_client_secret', 'token', 'bearer');
const secretObject = fc
  .tuple(secretKey, fc.constantFrom(SECRET, [SECRET], { deep: SECRET }))
  .map(([key, value]) => ({ [key]: value }));
const anything = fc.oneof(fc.jsonValue(), secretObject);
const verb = fc.constantFrom('list', 'read', 'create', 'update', 'delete', 'LIST', '', 7, null);
const moduleName = fc.constantFrom(
  'users',
  'auth',
  'cameras',
  'credentials',
  'events',
  'nope',
  '__proto__',
  'constructor',
  '',
  7,
  null,
);

/** Objects that look like requests, with some keys wrong, missing or too many. */
const nearRequest = fc
  .record(
    {
      command: verb,
      module: moduleName,
      requestId: fc.oneof(fc.string(), fc.constantFrom('#', '+', '/', 'a/', '\0', 'x'.repeat(200)), fc.integer()),
      entity: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
      payload: fc.oneof(anything, secretObject, fc.constant(JSON.stringify({ password: SECRET }))),
      token: fc.oneof(fc.constant(SECRET), fc.constant(''), fc.constant([SECRET])),
      extra: anything,
      bearer: fc.constant(SECRET),
    },
    { requiredKeys: [] },
  )
  .map((value) => bytes(JSON.stringify(value)));

const hostile = fc.oneof(
  { weight: 6, arbitrary: nearRequest },
  { weight: 2, arbitrary: anything.map((value) => bytes(JSON.stringify(value))) },
  // Twice encoded: the whole request is a string.
  { weight: 1, arbitrary: nearRequest.map((inner) => bytes(JSON.stringify(inner.toString()))) },
  { weight: 1, arbitrary: fc.string().map(bytes) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((raw) => Buffer.from(raw)) },
  { weight: 1, arbitrary: nearRequest.map((whole) => whole.subarray(0, -1)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 60_000 }).map((depth) => bytes('['.repeat(depth) + ']'.repeat(depth))),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 15_000 })
      .map((depth) => bytes(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 200_000 }).map((size) => bytes(JSON.stringify({ command: 'x'.repeat(size) }))),
  },
  {
    weight: 1,
    arbitrary: fc.constant(bytes(`{"__proto__":{"command":"list"},"constructor":{"prototype":{"token":"${SECRET}"}}}`)),
  },
);

describe('messages that are no requests', () => {
  let service: Service;
  let client: TestClient;

  beforeAll(async () => {
    service = await startService();
    client = await service.client();
    await client.subscribe(['nestmtx/failures', 'nestmtx/responses/#']);
  });

  afterAll(async () => {
    await client.end();
    await service.stop();
  });

  it('2,000 of them crash nothing, show no secret, and leave the service answering', async () => {
    const messages = fc.sample(hostile, { numRuns: 2000, seed: 20_261_121 });
    for (const [index, message] of messages.entries()) {
      await client.publish('nestmtx/requests', message, { qos: 1 });
      if (index % 100 === 99)
        await expect(request(client, { command: 'list', module: 'health' })).resolves.toHaveProperty('healthy');
    }
    expect(await login(client, ADMIN.username, ADMIN.password)).toMatch(/^oat_/);
    const told = client.received.map(({ topic, text }) => `${topic} ${text}`).join('\n');
    // A request id is a topic, and module names and entities are no secrets: nothing else repeats what was sent.
    expect(client.received.length).toBeGreaterThan(1000);
    expect(told).not.toContain(SECRET);
    expect(service.log()).not.toContain(SECRET);
  });
});
