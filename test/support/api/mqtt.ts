/** Owns the request API as a stock MQTT client speaks it: subscribe to the answer, publish the request, read. */

import type { TestClient } from '../brokers/mqtt-client.ts';

export interface ErrorAnswer {
  readonly error: {
    readonly message: string;
    readonly code: string;
    readonly details: readonly Record<string, unknown>[];
    readonly context: Readonly<Record<string, unknown>>;
  };
}

let counter = 0;

/** A request id no other request of this run has. */
export function freshId(): string {
  counter += 1;
  return `r${counter}`;
}

/** The answer's text: empty for a request without a result. */
export async function requestText(
  client: TestClient,
  request: Readonly<Record<string, unknown>>,
  base = 'nestmtx',
): Promise<string> {
  const requestId = typeof request['requestId'] === 'string' ? request['requestId'] : freshId();
  const topic = `${base}/responses/${requestId}`;
  await client.subscribe(topic);
  await client.publish(`${base}/requests`, JSON.stringify({ requestId, ...request }));
  const { text } = await client.next((message) => message.topic === topic);
  await client.unsubscribe(topic);
  return text;
}

/** The answer, decoded; undefined for an empty one. */
export async function request<T = unknown>(
  client: TestClient,
  body: Readonly<Record<string, unknown>>,
  base?: string,
): Promise<T> {
  const text = await requestText(client, body, base);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export async function login(client: TestClient, username: string, password: string, base?: string): Promise<string> {
  const body = { command: 'create', module: 'auth', payload: { username, password } };
  const answer = await request<{ bearer?: string }>(client, body, base);
  if (answer.bearer === undefined) throw new Error(`login refused: ${JSON.stringify(answer)}`);
  return answer.bearer;
}

/** The answer as an error; fails when it is none. */
export async function refused(
  client: TestClient,
  body: Readonly<Record<string, unknown>>,
  base?: string,
): Promise<ErrorAnswer['error']> {
  const answer = await request<Partial<ErrorAnswer> | undefined>(client, body, base);
  if (!answer?.error) throw new Error(`not refused: ${JSON.stringify(answer)}`);
  return answer.error;
}
