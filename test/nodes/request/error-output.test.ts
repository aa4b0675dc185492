/** The second output for errors of all nodes that have an input: what comes out there, and that nothing reaches the Catch nodes. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { acting } from '../instance/setting.ts';

let service: Service;
let red: NodeRed;

beforeAll(async () => {
  [service, red] = await Promise.all([startService(), startNodeRed()]);
});

afterAll(async () => {
  await red.stop();
  await service.stop();
});

/** The flow with a second output of its node, which answers with what it gets; a Catch node would answer with 500. */
function withErrorOutput(flow: readonly FlowNode[], id: string, to: string): FlowNode[] {
  return flow.map((one) => {
    if (one.id !== id) return one;
    const [first] = one['wires'] as string[][];
    return { ...one, errorOutput: true, outputs: 2, wires: [first, [to]] };
  });
}

const TELL = {
  id: 'failed',
  type: 'function',
  z: 'tab',
  x: 1,
  y: 1,
  outputs: 1,
  func: 'msg.payload = { failed: msg.error, keeps: msg.payload }; msg.statusCode = 200; return msg;',
};

describe('the second output for errors', () => {
  it('of the request node has the message with its error and code', async () => {
    const flow = withErrorOutput(asking('read', { command: 'read', entity: '99' }), 'request-read', 'failed');
    await red.deploy([TAB, server(service.mqttUrl, ADMIN), ...flow, { ...TELL, wires: [['out-read']] }]);
    const { body } = await settled(
      () => red.post('read', { mine: true }),
      ({ body }) => JSON.stringify(body).includes('not_found'),
    );
    expect(body).toEqual({
      failed: {
        message: expect.any(String),
        code: 'not_found',
        source: { id: 'request-read', type: 'nestmtx-request' },
      },
      keeps: { mine: true },
    });
  });

  it('of the instance node too, and of one whose settings are wrong', async () => {
    const account = { id: 'account', type: 'mqtt-instance-account', name: '', url: service.httpUrl };
    const flow = withErrorOutput(
      acting('it', { action: 'read', entity: 'nobody', entityType: 'record' }),
      'do-it',
      'failed',
    );
    const tell = { ...TELL, wires: [['out-it']] };
    await red.deploy([TAB, { ...account, login: 'password', brokerTls: 'auto', credentials: ADMIN }, ...flow, tell]);
    expect(await red.post('it')).toMatchObject({
      status: 200,
      body: { failed: { source: { type: 'mqtt-instance' } } },
    });
    await red.deploy([TAB, ...flow, tell]);
    const { status, body } = await red.post('it');
    expect([status, body]).toEqual([200, expect.objectContaining({ failed: expect.any(Object) })]);
    expect(JSON.stringify(body)).toContain('no instance account is chosen');
  });
});
