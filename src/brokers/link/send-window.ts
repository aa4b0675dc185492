/** Owns the flow control of QoS 1 towards a broker (MQTT 5.0, 4.9): so many unacknowledged, the rest waits in order. */

/** Sends one message and calls back once: with nothing when it is acknowledged, else with why it was not. */
type Send = (done: (error?: Error | null) => void) => void;

export interface SendWindow {
  /** Sends as soon as there is room and resolves when that is done. */
  through(send: Send): Promise<void>;
  /** Rejects everything that waits or is unacknowledged, now and later. */
  close(reason: Error): void;
}

/** @param limit asked before each message: the broker's Receive Maximum is known only after CONNACK */
export function openSendWindow(limit: () => number): SendWindow {
  const waiting: { start: () => void; fail: (reason: Error) => void }[] = [];
  const unacknowledged = new Set<(reason: Error) => void>();
  let closed: Error | undefined;
  let isAdmitting = false;

  /** A connection that is about to end calls back at once, for all that waits: not one inside the other. */
  function admit(): void {
    if (isAdmitting) return;
    isAdmitting = true;
    try {
      while (unacknowledged.size < limit()) {
        const next = waiting.shift();
        if (!next) return;
        unacknowledged.add(next.fail);
        next.start();
      }
    } finally {
      isAdmitting = false;
    }
  }

  return {
    through: (send) =>
      new Promise((resolve, fail) => {
        if (closed) return fail(closed);
        const start = () =>
          send((error) => {
            unacknowledged.delete(fail);
            if (error) fail(error);
            else resolve();
            admit();
          });
        waiting.push({ start, fail });
        admit();
      }),

    close: (reason) => {
      closed = reason;
      for (const { fail } of waiting.splice(0)) fail(reason);
      for (const fail of unacknowledged) fail(reason);
    },
  };
}
