/** Owns the request node: a message in, the answer of the API out; every failure goes to the Catch nodes with its code. */

import type { NodeAPI, NodeDef, NodeMessageInFlow, NodeStatus } from 'node-red';
import type { Request } from '../src/client/requests/requests.ts';
import { registerNode, type Send } from './runtime/behaviour.ts';
import { answerFor } from './runtime/request/answer.ts';
import { itemMessages } from './runtime/request/item-messages.ts';
import { type RequestFields, requestOf, timeoutMsOf } from './runtime/request/message.ts';
import { allPages } from './runtime/server/pages.ts';
import { requireServer } from './runtime/server/servers.ts';
import { CONNECTED, createStatusLine, dot, troubleOf } from './runtime/server/status.ts';
import { typedValues } from './runtime/typed-value.ts';

interface RequestDef extends NodeDef, RequestFields {
  readonly server: string;
  /** What becomes of a list that has several pages: one of them, all as one array, or a message for each item. */
  readonly paging: 'page' | 'all' | 'stream';
}

export default function nestmtxRequest(RED: NodeAPI): void {
  registerNode<RequestDef>(RED, 'nestmtx-request', (node, def) => {
    const status = createStatusLine(node);
    const lease = requireServer(RED, def.server).use(show);
    /** One for each request: hundreds of listeners on one signal would look like a leak. */
    const underWay = new Set<AbortController>();
    let isClosed = false;

    function currentStatus(): NodeStatus {
      const trouble = troubleOf(lease.status);
      if (trouble || underWay.size === 0) return trouble ?? CONNECTED;
      return dot('blue', RED._('nestmtx-request.status.requesting', { count: String(underWay.size) }));
    }

    function show(): void {
      status.show(currentStatus);
    }

    async function ask(msg: NodeMessageInFlow, signal: AbortSignal): Promise<{ answer: unknown; isStream: boolean }> {
      const values = typedValues(RED, node, msg);
      const request = await requestOf(def, values);
      const how = { timeoutMs: await timeoutMsOf(def, values), signal };
      const onSent = (requestId: string, topic: string) => Object.assign(msg, { requestId, topic });
      const send = (one: Request) => lease.request(one, { ...how, onSent });
      if (request.command !== 'list' || def.paging === 'page') {
        return { answer: answerFor(request, await send(request)), isStream: false };
      }
      const answer = await allPages((payload) => send({ ...request, payload }), request.payload);
      return { answer, isStream: def.paging === 'stream' };
    }

    async function input(msg: NodeMessageInFlow, send: Send): Promise<void> {
      const own = new AbortController();
      underWay.add(own);
      show();
      try {
        const { answer, isStream } = await ask(msg, own.signal);
        if (isStream && Array.isArray(answer)) for (const item of itemMessages(RED, msg, answer)) send(item);
        else send(Object.assign(msg, { payload: answer }));
      } catch (error) {
        // The flow that could catch it ends with us.
        if (!isClosed) throw error;
      } finally {
        underWay.delete(own);
        if (!isClosed) show();
      }
    }

    show();
    return {
      input,
      close: async () => {
        isClosed = true;
        for (const request of underWay) request.abort();
        status.close();
        await lease.release('after deploy');
      },
    };
  });
}
