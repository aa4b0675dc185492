/** Owns watching by MediaMTX's WHEP: asks where it serves WebRTC, with our own login, and ends what it opened. No candidate follows an offer. */

import type { CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Log } from '../core/ports.ts';
import { createRetries } from '../core/timing/retries.ts';
import type { StreamServer } from '../core/watching/stream-server.ts';
import { type HttpClient, openHttpClient } from '../http-client/http-client.ts';
import type { Answer } from '../http-client/round-trips.ts';
import { ApiError } from '../protocol/api-error.ts';
import { type IceServer, MAX_SDP_CHARACTERS, noStream } from '../protocol/entities/watching/stream.ts';

interface Parts {
  /** Where it serves WebRTC, for example `http://127.0.0.1:8889`; undefined where it is switched off. */
  readonly url: () => string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Whep extends StreamServer {
  /** Breaks off what is under way. */
  close(): void;
}

/** A camera that starts for this viewer alone may take ten seconds; whoever asked waits for fifteen. */
const TIMEOUT_MS = 13_000;
const END_TIMEOUT_MS = 3000;

export function openWhep({ url: urlOf, clock, log, ...login }: Parts): Whep {
  let current: { readonly url: string; readonly http: HttpClient } | undefined;
  /** Their paths, which are secret, by names for the log: whoever watches may have lost the right to. */
  const unended = new Map<string, string>();
  let lastUnended = 0;
  const retries = createRetries(endLater, clock, log);

  function server(): HttpClient {
    const url = urlOf();
    if (url === undefined) throw noStream('no_server');
    if (current?.url !== url) {
      current?.http.close();
      const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: 4 * MAX_SDP_CHARACTERS };
      current = { url, http: openHttpClient({ name: 'WebRTC of MediaMTX', url, clock, ...login, ...bounds }) };
    }
    return current.http;
  }

  async function ask(path: string, more: Parameters<HttpClient['ask']>[1]): Promise<Answer> {
    const http = server();
    const answer = await http.ask(path, more).catch((cause: unknown) => {
      throw noStream('unreachable', cause);
    });
    if (answer.status < 300) return answer;
    if (answer.status === 401 || answer.status === 403) throw noStream('unauthorised');
    if (answer.status === 404) throw noStream('not_ready');
    throw noStream(answer.status === 400 ? 'unplayable' : 'unreachable', new Error(`HTTP ${answer.status}`));
  }

  /** @param session its path */
  async function end(session: string): Promise<void> {
    try {
      await ask(session, { method: 'DELETE', timeoutMs: END_TIMEOUT_MS });
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  }

  async function endLater(name: string): Promise<void> {
    const session = unended.get(name);
    if (session !== undefined) await end(session);
    unended.delete(name);
  }

  return {
    async iceServers(camera) {
      const { headers } = await ask(whepPath(camera), { method: 'OPTIONS' });
      return iceServersIn([headers['link']].flat().join(', '));
    },
    async open(camera, offer) {
      const path = whepPath(camera);
      const headers = { 'content-type': 'application/sdp' };
      const answer = await ask(path, { method: 'POST', body: offer, headers });
      const secret = /\/([\w-]{1,64})$/.exec(String(answer.headers['location'] ?? ''))?.[1];
      return {
        answer: answer.text,
        async end() {
          if (secret === undefined) return;
          const session = `${path}/${secret}`;
          await end(session).catch((error: unknown) => {
            log.warn({ err: error, cameraId: camera.id }, 'a stream could not be ended; trying again');
            lastUnended += 1;
            const name = `stream ${lastUnended} of camera ${camera.id}`;
            unended.set(name, session);
            retries.later(name);
          });
        },
      };
    },
    close() {
      current?.http.close();
      void retries.close();
    },
  };
}

/** Whoever watched may have ended it; and where nothing serves WebRTC nobody watches. */
function isOver(error: unknown): boolean {
  const over = ['stream.not_ready', 'stream.no_server'];
  return error instanceof ApiError && error.details.some(({ type }) => over.includes(type));
}

function whepPath({ mtxPath }: CameraRecord): string {
  if (mtxPath === null) throw noStream('no_server');
  return `/${mtxPath.split('/').map(encodeURIComponent).join('/')}/whep`;
}

const LINK = /<((?:stun|turn)s?:[^>\s]{1,512})>; *rel="ice-server"((?:; *[\w-]+="(?:[^"\\]|\\.)*")*)/g;
const MOST_SERVERS = 8;

/** @param links the header `Link`, as of RFC 9725, 4.6 */
export function iceServersIn(links: string): IceServer[] {
  return [...links.matchAll(LINK)].slice(0, MOST_SERVERS).map(([, url = '', rest = '']) => {
    const [username, credential] = ['username', 'credential'].map((key) => parameter(rest, key));
    return { urls: [url], ...(username !== undefined && credential !== undefined && { username, credential }) };
  });
}

function parameter(text: string, key: string): string | undefined {
  return new RegExp(`; *${key}="((?:[^"\\\\]|\\\\.)*)"`).exec(text)?.[1]?.replace(/\\(.)/g, '$1');
}
