/** Owns the connections to one HTTP server, which are kept; `fetch` takes several times as long, and each event waits for one. */

import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface RoundTrip {
  /** Rejects when there is no answer. Redirects are not followed: they would take the login to whoever they name. */
  readonly answer: Promise<Answer>;
  /** Makes `answer` reject, unless it is there. */
  cancel(): void;
}

export interface RoundTrips {
  /** @param path what follows the base address, percent-encoded */
  begin(method: string, path: string, body: string | undefined): RoundTrip;
  /** Ends what is under way; later ones fail at once. */
  close(): void;
}

export function openRoundTrips(base: string, headers: Readonly<Record<string, string>>): RoundTrips {
  const isSecure = /^https:/i.test(base);
  const send = isSecure ? httpsRequest : httpRequest;
  const agent = new (isSecure ? SecureAgent : Agent)({ keepAlive: true });
  const underWay = new Set<() => void>();
  let isClosed = false;

  function request(method: string, path: string, body: string | undefined): ClientRequest {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    // Only a question may be asked twice, so only questions go where a kept connection may be about to end.
    return send(base + path, { method, headers: { ...headers, ...type }, agent: method === 'GET' ? agent : false });
  }

  return {
    begin(method, path, body) {
      let current: ClientRequest | undefined;
      let isCancelled = isClosed;
      const cancel = () => {
        isCancelled = true;
        current?.destroy();
      };
      async function attempt(): Promise<Answer> {
        if (isCancelled) throw new Error('broken off');
        current = request(method, path, body);
        try {
          return await answerTo(current, body);
        } catch (error) {
          if (current.reusedSocket && !isCancelled) return attempt();
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

/** Ten thousand paths with their configuration are less. */
const MAX_ANSWER = 64 * 1024 * 1024;

function answerTo(request: ClientRequest, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER) request.destroy(new Error('the answer is too long'));
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.once('error', reject);
    });
    request.end(body);
  });
}
