/** Owns the flows of suites: small ones that are asked by HTTP and answer by HTTP, errors included. */

import { PATIENCE_MS } from '../patience.ts';
import type { FlowNode, NodeRed } from './node-red.ts';

type Properties = Readonly<Record<string, unknown>>;

/** A node in the workspace: without a place there Node-RED takes it for a configuration node. */
export function node(
  id: string,
  type: string,
  to: readonly string[] | readonly (readonly string[])[],
  properties: Properties = {},
): FlowNode {
  const wires = to.map((target) => (typeof target === 'string' ? target : [...target]));
  const isNested = wires.some((target) => Array.isArray(target));
  return { id, type, z: 'tab', x: 100, y: 100, wires: isNested ? wires : [wires], ...properties };
}

export const TAB: FlowNode = { id: 'tab', type: 'tab', label: 'test' };

/** @param login of broker and API alike */
export function server(
  url: string,
  login: { username: string; password: string } | undefined,
  properties: Properties = {},
): FlowNode {
  const fixed = { id: 'server', type: 'nestmtx-server', name: '', url, baseTopic: 'nestmtx', tls: '', httpUrl: '' };
  return { ...fixed, login: login ? 'broker' : 'none', ...(login && { credentials: login }), ...properties };
}

/** `POST /<path>` goes through the request node `request-<path>`; what fails comes back as 500 with `msg.error`. */
export function asking(path: string, properties: Properties = {}): FlowNode[] {
  return [
    node(`in-${path}`, 'http in', [`request-${path}`], { url: `/${path}`, method: 'post' }),
    node(`request-${path}`, 'nestmtx-request', [`out-${path}`], {
      server: 'server',
      command: 'list',
      commandType: 'verb',
      module: 'cameras',
      moduleType: 'module',
      entity: '',
      entityType: 'record',
      payload: 'payload',
      payloadType: 'msg',
      timeout: String(PATIENCE_MS / 1000),
      timeoutType: 'num',
      paging: 'page',
      ...properties,
    }),
    node(`out-${path}`, 'http response', []),
    node(`catch-${path}`, 'catch', [`fail-${path}`], { scope: [`request-${path}`] }),
    node(`fail-${path}`, 'function', [`out-${path}`], {
      outputs: 1,
      func: 'msg.statusCode = 500; msg.payload = msg.error; return msg;',
    }),
  ];
}

/** The context of a flow outlives a deploy, and with it what an earlier flow kept. */
let deploys = 0;

/** All messages of the nodes `from` are kept; `POST /kept` tells them and forgets them. Errors are kept under `error`. */
export function keeping(from: FlowNode): FlowNode[] {
  deploys += 1;
  const key = `kept-${deploys}`;
  const keep = (expression: string) => `flow.set('${key}', [...(flow.get('${key}') || []), ${expression}]);`;
  const outputs = Number(from['outputs'] ?? 1);
  const keepers = Array.from({ length: outputs }, (_, index) =>
    node(`keep-${index}`, 'function', [], { outputs: 0, func: keep(`{ ...msg, output: ${index} }`) }),
  );
  return [
    { ...from, wires: keepers.map(({ id }) => [id]) },
    ...keepers,
    node('catch', 'catch', ['keep-error'], { scope: [from.id] }),
    node('keep-error', 'function', [], { outputs: 0, func: keep('{ error: msg.error }') }),
    node('in-kept', 'http in', ['tell'], { url: '/kept', method: 'post' }),
    node('tell', 'function', ['out-kept'], {
      outputs: 1,
      func: `msg.payload = flow.get('${key}') || []; flow.set('${key}', []); return msg;`,
    }),
    node('out-kept', 'http response', []),
  ];
}

/** Asks until an answer is what is wanted, as users do after a deploy: the connection takes a moment. */
export async function settled(
  ask: () => ReturnType<NodeRed['post']>,
  isGood: (answer: { status: number; body: unknown }) => boolean = ({ status }) => status === 200,
  timeoutMs = PATIENCE_MS,
): Promise<{ status: number; body: unknown }> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The flow with the first output of one of its nodes going elsewhere. */
export function rewired(flow: readonly FlowNode[], id: string, to: string): FlowNode[] {
  return flow.map((one) => (one.id === id ? { ...one, wires: [[to]] } : one));
}
