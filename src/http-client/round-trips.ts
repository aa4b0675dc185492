/** Owns the connections to one HTTP server, which are kept; `fetch` takes several times as long, and each event waits for one. */

import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';
import { ApiError } from '../protocol/api-error.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Question {
  readonly method: string;
  /** What follows the base address, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

interface Server {
  /** For people. */
  readonly name: string;
  /** For example `http://127.0.0.1:9997/v3`. */
  readonly base: string;
  /** Of an answer. */
  readonly maxBytes: number;
}

interface RoundTrip {
  /** Rejects when there is no answer, with ApiError `upstream_failed` where it is longer than is taken. Redirects are not followed: they would take the login to whoever they name. */
  readonly answer: Promise<Answer>;
  /** Makes `answer` reject, unless it is there. */
  cancel(): void;
}

export interface RoundTrips {
  begin(question: Question): RoundTrip;
  /** Ends what is under way; later ones fail at once. */
  close(): void;
}

export function openRoundTrips({ name, base, maxBytes }: Server): RoundTrips {
  const isSecure = /^https:/i.test(base);
  const send = isSecure ? httpsRequest : httpRequest;
  const agent = new (isSecure ? SecureAgent : Agent)({ keepAlive: true });
  const underWay = new Set<() => void>();
  let isClosed = false;

  function request({ method, path, headers }: Question): ClientRequest {
    // Only what changes nothing may be asked twice, so only that goes where a kept connection may be about to end.
    return send(base + path, { method, headers, agent: method === 'GET' ? agent : false });
  }

  async function read(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      // Leaving the loop ends the connection.
      if (bytes > maxBytes) throw new ApiError('upstream_failed', { message: `${name} answers more than can be true` });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  return {
    begin(question) {
      let current: ClientRequest | undefined;
      let isCancelled = isClosed;
      const cancel = () => {
        isCancelled = true;
        current?.destroy();
      };
      async function attempt(): Promise<Answer> {
        if (isCancelled) throw new Error('broken off');
        current = request(question);
        try {
          return await answerTo(current, question.body, read);
        } catch (error) {
          if (current.reusedSocket && !isCancelled && !(error instanceof ApiError)) return attempt();
          throw error;
        }
      }
      underWay.add(cancel);
      return { answer: attempt().finally(() => underWay.delete(cancel)), cancel };
    },
    close() {
      isClosed = true;
      for (const cancel of underWay) cancel();
      agent.destroy();
    },
  };
}

function answerTo(
  request: ClientRequest,
  body: string | undefined,
  read: (response: IncomingMessage) => Promise<string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      read(response).then((text) => resolve({ status, headers, text }), reject);
    });
    request.end(body);
  });
}
