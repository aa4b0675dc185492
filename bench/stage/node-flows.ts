/** Owns the flows that are measured: the same request by our node and by core's mqtt nodes, and a count of events. */

import { BENCH_LOGIN } from './child.ts';

type Properties = Readonly<Record<string, unknown>>;

export const SIDES = ['ours', 'core'] as const;

/** `POST /<side>` with `{count, inFlight}` makes that many round trips and answers with `{times, tookUs}`, in microseconds. */
export function requestFlow(mqttPort: number, camera: string, token: string): object[] {
  const request = { command: 'read', module: 'cameras', entity: camera };
  return [
    TAB,
    server(mqttPort, 'broker'),
    coreBroker(mqttPort),
    ...driver('ours', 'request'),
    node('request', 'nestmtx-request', [['drive-ours']], {
      server: 'server',
      ...request,
      commandType: 'verb',
      moduleType: 'module',
      entityType: 'record',
      payload: '',
      payloadType: 'none',
      timeout: '10',
      timeoutType: 'num',
      paging: 'page',
    }),
    ...driver('core', 'correlate'),
    node('correlate', 'function', [['mqtt-out'], ['drive-core']], {
      outputs: 2,
      initialize: "context.set('pending', new Map());",
      func: correlating({ ...request, token }),
    }),
    node('mqtt-out', 'mqtt out', [], { broker: 'broker', topic: '', qos: '0', retain: 'false' }),
    node('mqtt-in', 'mqtt in', [['correlate']], {
      broker: 'broker',
      topic: 'nestmtx/responses/core/+',
      qos: '0',
      datatype: 'json',
    }),
  ];
}

/** `POST /count` tells how many events came, and with `{"heap": true}` how much memory is in use; `{"reset": true}` begins anew after that. */
export function eventFlow(mqttPort: number): object[] {
  const wanted = { domain: 'camera', entity: '', events: ['ready', 'notReady'], split: false, outputs: 1 };
  return [
    TAB,
    server(mqttPort, 'none'),
    node('event', 'nestmtx-event', [['counter']], {
      server: 'server',
      ...wanted,
      ignoreRetained: true,
      tellState: false,
      holdSeconds: '0',
    }),
    node('in', 'http in', [['counter']], { url: '/count', method: 'post' }),
    node('counter', 'function', [['out']], {
      outputs: 1,
      func: `
        if (!msg.req) { context.count = (context.count || 0) + 1; return null; }
        const { heap, reset } = msg.payload;
        msg.payload = { count: context.count || 0, heapMb: heap ? global.get('heapMb')() : 0 };
        if (reset) context.count = 0;
        return msg;`,
    }),
    node('out', 'http response', []),
  ];
}

const TAB = { id: 'tab', type: 'tab', label: 'benchmark' };

function node(id: string, type: string, wires: string[][], properties: Properties = {}): object {
  return { id, type, z: 'tab', x: 100, y: 100, wires, ...properties };
}

/** @param login at the API: `broker` for the same account, or `none` */
function server(mqttPort: number, login: string): object {
  const fixed = { baseTopic: 'nestmtx', tls: '', httpUrl: '', login, credentials: BENCH_LOGIN };
  return { id: 'server', type: 'nestmtx-server', url: `mqtt://127.0.0.1:${mqttPort}`, ...fixed };
}

function coreBroker(mqttPort: number): object {
  const { username: user, password } = BENCH_LOGIN;
  const fixed = { protocolVersion: '4', keepalive: '60', cleansession: true, autoConnect: true };
  const address = { broker: '127.0.0.1', port: String(mqttPort) };
  return { id: 'broker', type: 'mqtt-broker', ...address, ...fixed, credentials: { user, password } };
}

/** Sends messages to `target`; each that comes back is followed by the next, until all are done. */
function driver(side: (typeof SIDES)[number], target: string): object[] {
  return [
    node(`in-${side}`, 'http in', [[`drive-${side}`]], { url: `/${side}`, method: 'post' }),
    node(`drive-${side}`, 'function', [[target], [`out-${side}`]], {
      outputs: 2,
      func: `
        const nowUs = global.get('nowUs');
        const fire = () => { context.left -= 1; node.send([{ startedUs: nowUs() }, null]); };
        if (msg.req) {
          const { count, inFlight } = msg.payload;
          Object.assign(context, { asked: msg, left: count, wanted: count, times: [], beganUs: nowUs() });
          for (let index = 0; index < inFlight; index += 1) fire();
          return null;
        }
        if (!msg.payload.name) throw new Error('no camera was answered');
        context.times.push(nowUs() - msg.startedUs);
        if (context.left > 0) fire();
        if (context.times.length < context.wanted) return null;
        context.asked.payload = { times: context.times, tookUs: nowUs() - context.beganUs };
        return [null, context.asked];`,
    }),
    node(`out-${side}`, 'http response', []),
  ];
}

/** What a user would write: no more than it takes to give each answer back to its question. */
function correlating(request: object): string {
  return `
    const pending = context.get('pending');
    if (msg.topic === undefined) {
      context.count = (context.count || 0) + 1;
      const requestId = 'core/' + context.count;
      pending.set(requestId, msg);
      return [{ topic: 'nestmtx/requests', payload: { ...${JSON.stringify(request)}, requestId } }, null];
    }
    const requestId = msg.topic.slice('nestmtx/responses/'.length);
    const asked = pending.get(requestId);
    pending.delete(requestId);
    if (!asked) return null;
    if (msg.payload.error) throw new Error(msg.payload.error.message);
    asked.payload = msg.payload;
    return [null, asked];`;
}
