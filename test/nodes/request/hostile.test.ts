import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, keeping, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

/** What a function node can make of a message, as the code that makes it. */
const MESSAGES: Readonly<Record<string, string>> = {
  'a property that throws': "return { payload: { get name() { throw new Error('boom'); } } };",
  'a cycle': 'const payload = {}; payload.payload = payload; return { payload };',
  'a number that JSON does not know': 'return { payload: { size: 10n } };',
  'a thing that throws what throws':
    'return { payload: { toJSON() { throw { get message() { throw { toString: null }; } }; } } };',
  'a hundred thousand levels':
    'let payload = {}; for (let level = 0; level < 1e5; level += 1) payload = { payload }; return { payload };',
  'a thing that throws whatever is done to it':
    "const all = { get() { throw new Error('trap'); } }; return { payload: new Proxy({}, new Proxy({}, all)) };",
  'a payload that throws when read': "return { get payload() { throw new Error('boom'); } };",
  'a topic that cannot be set':
    "return Object.defineProperty({ payload: { name: 'x' } }, 'topic', { get() { throw new Error('boom'); } });",
  'a message that takes no more properties':
    "return Object.preventExtensions({ _msgid: '1', command: 'create', payload: { name: 'x' } });",
  'a message without the methods of objects': "return { hasOwnProperty: 1, toString: 1, payload: 'x' };",
  'an error of its own that throws':
    "return { payload: 'x', error: { get source() { throw new Error('boom'); }, hasOwnProperty: () => true } };",
  'a command without a text': "return { command: Object.create(null), payload: { name: 'x' } };",
  'a symbol for a command': "return { command: Symbol('create'), payload: { name: 'x' } };",
  'prototypes in the payload':
    'return { payload: JSON.parse(\'{"__proto__": {"name": "x"}, "constructor": {"prototype": {"name": "x"}}}\') };',
};

let service: Service;
let red: NodeRed;

function requestNode(): FlowNode {
  const [, request] = asking('hostile', { command: 'command', commandType: 'msg', payload: 'payload' });
  if (!request) throw new Error('the flow has no request node');
  return request;
}

/** `POST /make` with the name of a message lets it loose on the request node. */
function making(): FlowNode[] {
  const cases = Object.entries(MESSAGES).map(([name, code]) => `${JSON.stringify(name)}: () => { ${code} }`);
  const func = `
    const made = ({ ${cases.join(', ')} })[msg.payload.name]();
    if (!('command' in made)) made.command = 'create';
    node.send([made, null], false);
    return [null, msg];`;
  return [
    node('in-make', 'http in', ['make'], { url: '/make', method: 'post' }),
    node('make', 'function', [['request-hostile'], ['out-make']], { outputs: 2, func }),
    node('out-make', 'http response', []),
  ];
}

beforeAll(async () => {
  [service, red] = await Promise.all([startService(), startNodeRed()]);
  const watching = node('complete', 'complete', [], { scope: ['request-hostile'] });
  const flow = [...making(), ...keeping(requestNode()), watching, ...asking('version', { module: 'version' })];
  await red.deploy([TAB, server(service.mqttUrl, ADMIN), ...flow]);
  await settled(() => red.post('version'));
});

afterAll(async () => {
  await red.stop();
  await service.stop();
});

describe('a message that throws', () => {
  it.each(Object.keys(MESSAGES))('goes to the Catch nodes and takes nothing down: %s', async (name) => {
    expect((await red.post('make', { name })).status).toBe(200);
    const { body } = await settled(
      () => red.post('kept'),
      ({ body: kept }) => (kept as unknown[]).length > 0,
    );
    const known = /^(invalid_value|invalid_payload|invalid_envelope|unusable_message)$/;
    const error = { message: expect.not.stringMatching(/^\w*Error: /), code: expect.stringMatching(known) };
    expect(body).toEqual([{ error: expect.objectContaining(error) }]);
    expect((await red.post('version')).status).toBe(200);
    expect(red.isRunning()).toBe(true);
    expect(red.output()).not.toMatch(/uncaught|unhandled/i);
  });

  it('or has 40 MB is refused for itself alone: nobody else notices', async () => {
    const name = 'x'.repeat(40 * 2 ** 20);
    const [, request, ...rest] = asking('huge', { command: 'create' });
    const huge = node('in-huge', 'http in', ['fill'], { url: '/huge', method: 'post' });
    const fill = node('fill', 'function', ['request-huge'], {
      outputs: 1,
      func: `msg.payload = { name: 'x'.repeat(${name.length}) }; return msg;`,
    });
    const flow = [huge, fill, ...(request ? [request] : []), ...rest, ...asking('version', { module: 'version' })];
    await red.deploy([TAB, server(service.mqttUrl, ADMIN), ...flow]);
    await settled(() => red.post('version'));
    const others = Promise.all(Array.from({ length: 40 }, () => red.post('version')));
    expect((await red.post('huge')).body).toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('payload too large'),
    });
    expect((await others).map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(red.output()).not.toMatch(/not connected to the broker/);
    expect(red.isRunning()).toBe(true);
  });
});
