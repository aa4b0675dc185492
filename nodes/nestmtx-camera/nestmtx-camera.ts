/** Owns the camera node: lets messages pass as a camera is or becomes, or puts its picture into them. */

import type { NodeAPI, NodeMessageInFlow, NodeStatus } from 'node-red';
import { realClock } from '../../src/client/environment.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import type { CameraState } from '../../src/protocol/events.ts';
import { registerNode, type Send } from '../runtime/behaviour.ts';
import { holds } from '../runtime/camera/condition.ts';
import { pictureOf } from '../runtime/camera/picture.ts';
import { CAMERA } from '../runtime/camera/settings.ts';
import { cameraIdOf, timeoutMsOf } from '../runtime/camera/values.ts';
import { createCameraWatch, requireConnection } from '../runtime/camera/watch.ts';
import { NodeError, nodeErrorOf } from '../runtime/node-error.ts';
import { put } from '../runtime/put.ts';
import { requireServer } from '../runtime/server/servers.ts';
import { CONNECTED, createStatusLine, dot, troubleOf } from '../runtime/server/status.ts';
import { textWith } from '../runtime/texts.ts';
import { typedValues } from '../runtime/typed-value.ts';

/** Each waits in memory. */
const MOST_WAITING = 1000;

export default function nestmtxCamera(RED: NodeAPI): void {
  registerNode(RED, 'nestmtx-camera', CAMERA, (node, fields) => {
    const status = createStatusLine(node);
    const lease = requireServer(RED, fields.server).use(() => {
      watch?.changed(lease.status);
      show();
    });
    const watch =
      fields.action === 'picture' ? undefined : createCameraWatch(lease.client, () => lease.status, realClock);
    const underWay = new Set<AbortController>();
    let isClosed = false;

    function currentStatus(): NodeStatus {
      const trouble = troubleOf(lease.status);
      if (trouble || underWay.size === 0) return trouble ?? CONNECTED;
      return dot('blue', textWith('nestmtx-camera', 'status.waiting', { count: underWay.size }));
    }

    function show(): void {
      if (!isClosed) status.show(currentStatus);
    }

    /** @throws NodeError `unusable_message` */
    function withPicture(msg: NodeMessageInFlow, picture: Buffer): NodeMessageInFlow {
      try {
        if (RED.util.setMessageProperty(msg, fields.target, picture, true)) return msg;
      } catch (error) {
        throw new NodeError('unusable_message', `the picture cannot be put there: ${nodeErrorOf(error).message}`);
      }
      throw new NodeError('unusable_message', `the message has no place for the picture at msg.${fields.target}`);
    }

    async function act(msg: NodeMessageInFlow, send: Send, signal: AbortSignal): Promise<void> {
      const values = typedValues(RED, node, msg);
      const id = await cameraIdOf(fields, values);
      const camera = { id, name: lease.names.of(id) ?? fields.names.get(String(id)) ?? null };
      if (!watch) {
        requireConnection(lease.status);
        const picture = await pictureOf(lease, id, fields.which, {
          timeoutMs: await timeoutMsOf(fields, values),
          signal,
        });
        return send(put(withPicture(msg, picture), { camera }));
      }
      const isGood = (state: CameraState) => holds(state, fields.condition, fields.holds !== 'isNot');
      const state =
        fields.action === 'wait'
          ? await watch.until(id, isGood, { timeoutMs: await timeoutMsOf(fields, values), signal })
          : await watch.now(id, signal);
      if (isGood(state)) send(put(msg, { camera, state }));
    }

    async function input(msg: NodeMessageInFlow, send: Send): Promise<void> {
      if (underWay.size >= MOST_WAITING) throw new ApiError('too_many_requests');
      const own = new AbortController();
      underWay.add(own);
      show();
      try {
        await act(msg, send, own.signal);
      } catch (error) {
        // The flow that could catch it ends with us.
        if (!isClosed) throw error;
      } finally {
        underWay.delete(own);
        show();
      }
    }

    show();
    return {
      input,
      close: async () => {
        isClosed = true;
        for (const one of underWay) one.abort();
        watch?.close();
        status.close();
        await lease.release('after deploy');
      },
    };
  });
}
