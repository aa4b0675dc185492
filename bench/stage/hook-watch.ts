/** Owns the time from a hook to its event. A hook of MediaMTX is a program of its own, so each has a connection of its own. */

import { connect } from 'node:net';
import type { MediaServer } from './media-server.ts';
import type { RawClient } from './raw-client.ts';

export interface HookWatch {
  /** Switches the feed, calls the hook, and resolves when its event has come; at most one at a time per path. */
  send(path: string, event: 'ready' | 'notReady'): Promise<void>;
  /** Of each since the last `reset`, in microseconds. */
  readonly times: readonly number[];
  /** How many events came that were not due, and how many came at all. */
  readonly misplaced: number;
  readonly seen: number;
  reset(): void;
}

interface Stage {
  readonly httpPort: number;
  readonly media: Pick<MediaServer, 'switchFeed'>;
  /** Gets every event of a camera. */
  readonly subscriber: RawClient;
  /** Topic level of each camera by its path. */
  readonly ids: ReadonlyMap<string, string>;
}

interface Due {
  readonly event: string;
  readonly sentAt: bigint;
  readonly resolve: () => void;
}

const MISSING_MS = 10_000;
const JUDGEMENTS: ReadonlySet<string> = new Set(['offline', 'online']);

export function watchHooks({ httpPort, media, subscriber, ids }: Stage): HookWatch {
  const due = new Map<string, Due>();
  let times: number[] = [];
  let misplaced = 0;
  let seen = 0;

  subscriber.onPublish((topic) => {
    const [id = '', name = ''] = topic.split('/').slice(-2);
    // What is made of so much coming and going is due to no hook.
    if (JUDGEMENTS.has(name)) return;
    seen += 1;
    const one = due.get(id);
    if (one === undefined || one.event !== name) {
      misplaced += 1;
      return;
    }
    times.push(Number(process.hrtime.bigint() - one.sentAt) / 1000);
    due.delete(id);
    one.resolve();
  });

  return {
    send: (path, event) =>
      new Promise((resolve, reject) => {
        const id = ids.get(path) ?? '';
        const timer = setTimeout(() => reject(new Error(`no event of ${path}`)), MISSING_MS);
        const found = () => {
          clearTimeout(timer);
          resolve();
        };
        media.switchFeed(path, event === 'ready');
        due.set(id, { event, sentAt: process.hrtime.bigint(), resolve: found });
        call(httpPort, event, path);
      }),
    get times() {
      return times;
    },
    get misplaced() {
      return misplaced;
    },
    get seen() {
      return seen;
    },
    reset() {
      times = [];
    },
  };
}

/** Bytes that are written at once: the load shall cost this process little. */
function call(port: number, event: string, path: string): void {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  // The event that is missing tells.
  socket.on('error', () => socket.destroy()).resume();
  const body = `path=${path}`;
  socket.write(
    `POST /hooks/mediamtx/${event} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n` +
      `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
