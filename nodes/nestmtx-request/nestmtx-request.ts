/** Owns the request node: a message in, the answer of the API out; every failure goes to the Catch nodes with its code. */

import type { NodeAPI, NodeMessageInFlow, NodeStatus } from 'node-red';
import type { Request } from '../../src/client/requests/requests.ts';
import { registerNode, type Send } from '../runtime/behaviour.ts';
import { put } from '../runtime/put.ts';
import { itemMessages } from '../runtime/request/item-messages.ts';
import { requestOf, timeoutMsOf } from '../runtime/request/message.ts';
import { REQUEST } from '../runtime/request/settings.ts';
import { answerFor } from '../runtime/server/answer.ts';
import { allPages } from '../runtime/server/pages.ts';
import { requireServer } from '../runtime/server/servers.ts';
import { CONNECTED, createStatusLine, dot, requestTroubleOf } from '../runtime/server/status.ts';
import { textWith } from '../runtime/texts.ts';
import { typedValues } from '../runtime/typed-value.ts';

export default function nestmtxRequest(RED: NodeAPI): void {
  registerNode(RED, 'nestmtx-request', REQUEST, (node, fields) => {
    const status = createStatusLine(node);
    const lease = requireServer(RED, fields.server).use(show);
    /** One for each request: hundreds of listeners on one signal would look like a leak. */
    const underWay = new Set<AbortController>();
    let isClosed = false;

    function currentStatus(): NodeStatus {
      const trouble = requestTroubleOf(lease.status);
      if (trouble || underWay.size === 0) return trouble ?? CONNECTED;
      return dot('blue', textWith('nestmtx-request', 'status.requesting', { count: underWay.size }));
    }

    function show(): void {
      status.show(currentStatus);
    }

    async function ask(msg: NodeMessageInFlow, signal: AbortSignal): Promise<{ answer: unknown; isStream: boolean }> {
      const values = typedValues(RED, node, msg);
      const request = await requestOf(fields, values);
      const how = { timeoutMs: await timeoutMsOf(fields, values), signal };
      const onSent = (requestId: string, topic: string) => put(msg, { requestId, topic });
      const send = (one: Request) => lease.request(one, { ...how, onSent });
      if (request.command !== 'list' || fields.paging === 'page') {
        return { answer: answerFor(request, await send(request)), isStream: false };
      }
      const answer = await allPages((payload) => send({ ...request, payload }), request.payload);
      return { answer, isStream: fields.paging === 'stream' };
    }

    async function input(msg: NodeMessageInFlow, send: Send): Promise<void> {
      const own = new AbortController();
      underWay.add(own);
      show();
      try {
        const { answer, isStream } = await ask(msg, own.signal);
        if (isStream && Array.isArray(answer)) for (const item of itemMessages(RED, msg, answer)) send(item);
        else send(put(msg, { payload: answer }));
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
