/** Owns the node that rents, reads, changes and gives back MQTT instances; passwords leave it in messages only. */

import type { NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { ClientError } from '../src/client/client-error.ts';
import { registerNode, type Send } from './runtime/behaviour.ts';
import type { CallOptions, InstanceCall } from './runtime/instance/account.ts';
import { requireAccount } from './runtime/instance/accounts.ts';
import { type InstanceAction, leadsToConnection } from './runtime/instance/actions.ts';
import { brokerOverride } from './runtime/instance/broker.ts';
import { creationKeyOf } from './runtime/instance/conditions.ts';
import { InstanceApiError } from './runtime/instance/error.ts';
import type { Answer } from './runtime/instance/exchange.ts';
import { allInstances, listPath } from './runtime/instance/list.ts';
import { actionOf, callOf, callTimeoutMsOf, type InstanceFields, queryOf } from './runtime/instance/request.ts';
import { itemMessages } from './runtime/request/item-messages.ts';
import { createStatusLine, dot } from './runtime/server/status.ts';
import { type TypedValues, typedValues } from './runtime/typed-value.ts';

interface InstanceDef extends NodeDef, InstanceFields {
  readonly account: string;
  /** What becomes of a list that has several pages: one of them, all as one array, or a message for each instance. */
  readonly paging: 'page' | 'all' | 'stream';
}

export default function mqttInstance(RED: NodeAPI): void {
  registerNode<InstanceDef>(RED, 'mqtt-instance', (node, def) => {
    const account = requireAccount(RED, def.account);
    const status = createStatusLine(node);
    const underWay = new Set<AbortController>();
    let isClosed = false;

    /** @param error of the call that just ended */
    function show(error?: unknown): void {
      if (isClosed) return;
      if (underWay.size > 0)
        status.show(dot('blue', RED._('mqtt-instance.status.working', { count: String(underWay.size) })));
      else if (error === undefined) status.show({});
      else status.show(failure(error));
    }

    async function list(msg: NodeMessageInFlow, send: Send, values: TypedValues, how: CallOptions): Promise<void> {
      const query = await queryOf(def, values);
      const get = async (path: string) => (await account.call({ method: 'GET', path }, how)).body;
      if (def.paging === 'page') return send(Object.assign(msg, { payload: await get(listPath(query)) }));
      const items = await allInstances(get, { search: query.search, order: query.order });
      if (def.paging === 'all') return send(Object.assign(msg, { payload: items }));
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
        action === 'create' ? await create(msg, values, ask) : await ask(await callOf(action, def, values));
      // A bundle is to be pasted, even where it happens to be JSON; all of them are texts by name.
      const payload = action === 'connection' && Array.isArray(body) ? text : body;
      const broker = leadsToConnection(action) ? brokerOverride(body, account.usesTls) : undefined;
      // With both, a mqtt node that gets the message connects as this instance.
      send(Object.assign(msg, { payload }, etag && { etag }, broker && { broker, action: 'connect' }));
    }

    async function create(
      msg: NodeMessageInFlow,
      values: TypedValues,
      ask: (call: InstanceCall) => Promise<Answer>,
    ): Promise<Answer> {
      const key = await creationKeyOf(def, values, msg, () => RED.util.generateId());
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
        const action = await actionOf(def, values);
        const how = { timeoutMs: await callTimeoutMsOf(def, values), signal: own.signal };
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

/** The code only: a message may quote what was sent. */
function failure(error: unknown): ReturnType<typeof dot> {
  if (error instanceof ClientError && error.code === 'not_connected') {
    return { fill: 'red', shape: 'ring', text: 'node-red:common.status.disconnected' };
  }
  const isKnown = error instanceof ClientError || error instanceof InstanceApiError;
  return dot('red', isKnown ? error.code : 'node-red:common.status.error');
}
