/** Owns the node that rents, reads, changes and gives back MQTT instances; passwords leave it in messages only. */

import type { NodeAPI, NodeMessageInFlow } from 'node-red';
import { ClientError } from '../../src/client/client-error.ts';
import { registerNode, type Send } from '../runtime/behaviour.ts';
import type { CallOptions, InstanceCall } from '../runtime/instance/account.ts';
import { requireAccount } from '../runtime/instance/accounts.ts';
import { type InstanceAction, leadsToConnection } from '../runtime/instance/actions.ts';
import { brokerOverride } from '../runtime/instance/broker.ts';
import { creationKeyOf } from '../runtime/instance/conditions.ts';
import { InstanceApiError } from '../runtime/instance/error.ts';
import type { Answer } from '../runtime/instance/exchange.ts';
import { allInstances, listPath } from '../runtime/instance/list.ts';
import { actionOf, callOf, callTimeoutMsOf, queryOf } from '../runtime/instance/request.ts';
import { INSTANCE } from '../runtime/instance/settings.ts';
import { nodeErrorOf } from '../runtime/node-error.ts';
import { put } from '../runtime/put.ts';
import { itemMessages } from '../runtime/request/item-messages.ts';
import { createStatusLine, dot } from '../runtime/server/status.ts';
import { textKey, textWith } from '../runtime/texts.ts';
import { type TypedValues, typedValues } from '../runtime/typed-value.ts';

export default function mqttInstance(RED: NodeAPI): void {
  registerNode(RED, 'mqtt-instance', INSTANCE, (node, fields) => {
    const account = requireAccount(RED, fields.account);
    const status = createStatusLine(node);
    const underWay = new Set<AbortController>();
    let isClosed = false;

    /** @param error of the call that just ended */
    function show(error?: unknown): void {
      if (isClosed) return;
      if (underWay.size > 0)
        status.show(dot('blue', textWith('mqtt-instance', 'status.working', { count: underWay.size })));
      else if (error === undefined) status.show({});
      else status.show(failure(error));
    }

    async function list(msg: NodeMessageInFlow, send: Send, values: TypedValues, how: CallOptions): Promise<void> {
      const query = await queryOf(fields, values);
      const get = async (path: string) => (await account.call({ method: 'GET', path }, how)).body;
      if (fields.paging === 'page') return send(put(msg, { payload: await get(listPath(query)) }));
      const items = await allInstances(get, { search: query.search, order: query.order });
      if (fields.paging === 'all') return send(put(msg, { payload: items }));
      for (const one of itemMessages(RED, msg, items)) send(one);
    }

    async function act(
      action: Exclude<InstanceAction, 'list'>,
      msg: NodeMessageInFlow,
      send: Send,
      values: TypedValues,
      how: CallOptions,
    ): Promise<void> {
      const ask = (call: InstanceCall) => account.call(call, how);
      const { body, text, etag } =
        action === 'create' ? await create(msg, values, ask) : await ask(await callOf(action, fields, values));
      // A bundle is to be pasted, even where it happens to be JSON; all of them are texts by name.
      const payload = action === 'connection' && Array.isArray(body) ? text : body;
      const broker = leadsToConnection(action) ? brokerOverride(body, account) : undefined;
      // With both, a mqtt node that gets the message connects as this instance.
      send(put(msg, { payload, ...(etag && { etag }), ...(broker && { broker, action: 'connect' }) }));
    }

    async function create(
      msg: NodeMessageInFlow,
      values: TypedValues,
      ask: (call: InstanceCall) => Promise<Answer>,
    ): Promise<Answer> {
      const key = await creationKeyOf(fields, values, msg, () => RED.util.generateId());
      key.keep();
      const answer = await ask({ method: 'POST', path: '/mqtt', headers: key.headers });
      key.forget();
      return answer;
    }

    async function input(msg: NodeMessageInFlow, send: Send): Promise<void> {
      const own = new AbortController();
      underWay.add(own);
      show();
      let failed: unknown;
      try {
        const values = typedValues(RED, node, msg);
        const action = await actionOf(fields, values);
        const how = { timeoutMs: await callTimeoutMsOf(fields, values), signal: own.signal };
        await (action === 'list' ? list(msg, send, values, how) : act(action, msg, send, values, how));
      } catch (error) {
        // The flow that could catch it ends with us.
        if (isClosed) return;
        failed = error;
        if (error instanceof InstanceApiError) Object.assign(msg, { statusCode: error.status });
        throw error;
      } finally {
        underWay.delete(own);
        show(failed);
      }
    }

    return {
      input,
      close: async () => {
        isClosed = true;
        for (const call of underWay) call.abort(new ClientError('closed', 'the node was closed'));
        status.close();
      },
    };
  });
}

/** Codes that the catalogue has words for; the others are rare. */
const WORDED: readonly string[] = [
  'conflict',
  'forbidden',
  'invalid_credentials',
  'invalid_payload',
  'invalid_value',
  'not_confirmed',
  'not_found',
  'refused',
  'timeout',
  'too_many_requests',
  'unauthorized',
  'unavailable',
];

/** Never the message itself: it may quote what was sent. */
function failure(error: unknown): ReturnType<typeof dot> {
  const { code } = nodeErrorOf(error);
  if (code === 'not_connected')
    return { fill: 'red', shape: 'ring', text: textKey('nestmtx-server', 'status.unreachable') };
  return dot('red', textKey('mqtt-instance', WORDED.includes(code) ? `codes.${code}` : 'codes.other'));
}
