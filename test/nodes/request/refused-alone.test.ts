import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, keeping, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

let service: Service;
let red: NodeRed;

beforeAll(async () => {
  [service, red] = await Promise.all([startService({ env: { BROKER_MAX_PACKET: '100000' } }), startNodeRed()]);
});

afterAll(async () => {
  await red.stop();
  await service.stop();
});

describe('one request that the broker would end the connection over', () => {
  it('fails at once with its code; forty others are answered, and events go on', async () => {
    const event = { server: 'server', domain: 'camera', entity: '', events: ['created'], holdSeconds: '0' };
    await red.deploy([
      TAB,
      server(service.mqttUrl, ADMIN),
      ...keeping(node('event', 'nestmtx-event', [], event)),
      ...asking('list'),
      ...asking('create', { command: 'create' }),
    ]);
    await settled(() => red.post('list'));
    const others = Array.from({ length: 40 }, () => red.post('list'));
    const [large, ...answers] = await Promise.all([
      red.post('list', { search: 'x'.repeat(90_000 + 10_000) }),
      ...others,
    ]);
    expect(large).toMatchObject({
      status: 500,
      body: { code: 'too_large', message: expect.stringMatching(/^payload too large: .*100000$/) },
    });
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    await red.post('create', { name: 'Door' });
    const { body } = await settled(
      () => red.post('kept'),
      ({ body: kept }) => (kept as unknown[]).length > 0,
    );
    expect(body).toMatchObject([{ event: { name: 'created' } }]);
    expect(red.output()).not.toContain('not connected to the broker');
  });
});

describe('what the node refuses itself', () => {
  const CIRCLE = 'const payload = {}; payload.self = payload; return { ...msg, payload };';

  it.each([
    ['no payload', { command: 'create', payloadType: 'none' }, '', 'invalid_payload', 'create needs a payload that is'],
    ['a Buffer', { command: 'create' }, "msg.payload = Buffer.from('x');", 'invalid_payload', 'not a buffer'],
    ['a list for a payload', { command: 'create' }, 'msg.payload = [];', 'invalid_payload', 'not an array'],
    ['no entity', { command: 'read' }, '', 'invalid_value', 'read needs an entity'],
    [
      'an object for an entity',
      { command: 'read', entity: 'payload', entityType: 'msg' },
      '',
      'invalid_value',
      'the entity must be a text, not an object',
    ],
    ['a command that is none', { command: 'x', commandType: 'str' }, '', 'invalid_value', 'must be one of'],
    ['a cycle', { command: 'create' }, CIRCLE, 'invalid_payload', 'cannot be written as JSON'],
    ['a BigInt', { command: 'create' }, 'msg.payload = { size: 10n };', 'invalid_payload', 'BigInt'],
  ])('has a code, and words that are nothing but words: %s', async (_what, properties, code, refusal, words) => {
    const [input, request, ...rest] = asking('ask', properties);
    if (!input || !request) throw new Error('the flow has no request');
    const make = node('make', 'function', ['request-ask'], { outputs: 1, func: `${code}; return msg;` });
    const flow = [{ ...input, wires: [['make']] }, make, request, ...rest, ...asking('list')];
    await red.deploy([TAB, server(service.mqttUrl, ADMIN), ...flow]);
    await settled(() => red.post('list'));
    expect((await red.post('ask')).body).toMatchObject({
      code: refusal,
      message: expect.stringContaining(words),
    });
    expect((await red.post('ask')).body).not.toMatchObject({ message: expect.stringMatching(/^\w*Error: /) });
  });

  it('a list passes over a Buffer, as over whatever is no object', async () => {
    const [input, request, ...rest] = asking('ask');
    if (!input || !request) throw new Error('the flow has no request');
    const make = node('make', 'function', ['request-ask'], {
      outputs: 1,
      func: "msg.payload = Buffer.from('x'); return msg;",
    });
    await red.deploy([TAB, server(service.mqttUrl, ADMIN), { ...input, wires: [['make']] }, make, request, ...rest]);
    const { body } = await settled(() => red.post('ask'));
    expect(body).not.toHaveProperty('data');
    expect(body).not.toHaveProperty('type');
  });
});
