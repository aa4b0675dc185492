/** Owns one call on the instance API of a service that a benchmark has started. */

import { type Agent, request } from 'node:http';
import { BENCH_LOGIN, type Child } from './child.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: string;
}

/** Node's own client with kept connections: `fetch` would be most of what is measured. */
export function send({ httpPort }: Child, agent: Agent, { method, path, token, body }: Call) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = request({ host: '127.0.0.1', port: httpPort, agent, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}

/** As the benchmark's user. @returns a token */
export async function logIn(child: Child, agent: Agent): Promise<string> {
  const body = JSON.stringify({ email: BENCH_LOGIN.username, password: BENCH_LOGIN.password });
  const { text } = await send(child, agent, { method: 'POST', path: '/v1/auth/login', token: '', body });
  return JSON.parse(text).token;
}
