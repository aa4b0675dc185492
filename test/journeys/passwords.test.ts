/**
 * Passwords made of every printable character, taken to every place that takes one, rightly and wrongly, over MQTT, HTTP and Socket.IO:
 * no byte of any answer, event, state, retained topic, document or line of the log holds a part of one. The media server is the worst
 * there is: it refuses each source, and quotes it.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { request } from '../support/api/mqtt.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { type RecordingProxy, recordingProxy } from '../support/brokers/recording-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const RUNS = 8;
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

type Send = (request: ApiRequest) => Promise<unknown>;

let service: Service;
let mediaServer: HttpStandIn;
let proxies: RecordingProxy[];
let client: TestClient;
let ways: readonly { readonly send: Send; readonly token: string }[];
let closeSocket: () => void;
/** Where no camera is. */
let closedPort: number;
let heard = '';
let runs = 0;

beforeAll(async () => {
  mediaServer = await startHttpStandIn();
  mediaServer.answer(({ method, body }) => {
    if (method === 'GET') return { body: { itemCount: 0, pageCount: 0, items: [] } };
    const { source } = JSON.parse(body);
    return { status: 400, body: { status: 'error', error: `invalid source: '${source}', cannot parse ${source}` } };
  });
  closedPort = await freePort();
  service = await startService({
    env: { LOG_LEVEL: 'trace', MEDIAMTX_URL: mediaServer.url, HA_DISCOVERY: 'on', SNAPSHOT_TOPICS: 'on' },
  });
  const [mqtt, http] = [await recordingProxy(service.app.mqttPort), await recordingProxy(service.app.httpPort)];
  proxies = [mqtt, http];
  client = await connectClient({ url: `mqtt://127.0.0.1:${mqtt.port}`, ...ADMIN });
  await client.subscribe('#');
  const url = `http://127.0.0.1:${http.port}`;
  const byMqtt: Send = (body) => request(client, { ...body });
  const byHttp: Send = (body) => requestOverHttp(url, body);
  const token = await logIn(byMqtt);
  const socket = await connectSocket(url, { auth: { token } }, (name, body) => {
    heard += `${name} ${JSON.stringify(body)}\n`;
  });
  closeSocket = () => socket.disconnect();
  const bySocket: Send = (body) => requestOverSocketIo(socket, body);
  ways = [byMqtt, byHttp, bySocket].map((send) => ({ send, token }));
});

afterAll(async () => {
  closeSocket?.();
  await client?.end();
  await service?.stop();
  await Promise.all([...(proxies ?? []).map((proxy) => proxy.close()), mediaServer?.close()]);
});

async function logIn(send: Send): Promise<string> {
  const answer = await send({ command: 'create', module: 'auth', payload: ADMIN });
  return /oat_[\w-]+/.exec(JSON.stringify(answer))?.[0] ?? '';
}

/** Parts that stand nowhere else, with everything between and around them that a keyboard has. */
const password = fc
  .tuple(fc.shuffledSubarray(PRINTABLE, { minLength: 95, maxLength: 95 }), fc.integer({ min: 1, max: 94 }))
  .map(([letters, cut]) => {
    runs += 1;
    const marks = ['a', 'b', 'c'].map((where) => `Zq${where}${runs}Wx`);
    const [first = '', second = '', third = ''] = marks;
    const [left, right] = [letters.slice(0, cut).join(''), letters.slice(cut).join('')];
    return { marks, text: `${first}${left}${second}${right}${third}` };
  });

/** @param secret as it is typed */
function requestsWith(secret: string, name: string): Omit<ApiRequest, 'token'>[] {
  const at = `127.0.0.1:${closedPort}/stream`;
  const encoded = encodeURIComponent(secret);
  const sources = [
    `rtsp://camera:${encoded}@${at}`,
    `rtsp://camera:${secret}@${at}`,
    `rtsp://${secret}@${at}`,
    `rtsp://${at}?user=camera&password=${secret}`,
    `rtsp://${at}?user=camera&password=${encoded}`,
  ];
  const hasNoScheme = `camera:${secret}@${at}`;
  const camera = (url: unknown, more: object = {}) => ({
    name,
    is_enabled: true,
    source: { type: 'rtsp', url },
    ...more,
  });
  const user = { username: name, password: secret, can_login: true };
  const client = { oauth_client_id: 'id', oauth_client_secret: secret, dac_project_id: name };
  return [
    ...sources.flatMap((url): Omit<ApiRequest, 'token'>[] => [
      { command: 'create', module: 'cameras', payload: camera(url, { mtx_path: `${name}-path` }) },
      { command: 'create', module: 'cameras', payload: camera(url, { is_persistent: 'perhaps' }) },
      { command: 'create', module: 'cameras', payload: camera([url]) },
      { command: 'create', module: 'cameras', payload: { name, source: url } },
      { command: 'update', module: 'cameras', entity: '1', payload: { source: { type: 'rtsp', url } } },
      { command: 'update', module: 'cameras', entity: '1', payload: { source: { type: url, url } } },
      { command: 'read', module: 'cameras', entity: url },
      { command: 'list', module: 'cameras', payload: { search: `at ${url}` } },
    ]),
    { command: 'create', module: 'cameras', payload: camera(hasNoScheme) },
    { command: 'create', module: 'cameras', payload: { name, source: hasNoScheme } },
    { command: 'create', module: 'users', payload: user },
    { command: 'create', module: 'users', payload: user },
    { command: 'create', module: 'users', payload: { ...user, username: '' } },
    { command: 'create', module: 'users', payload: { ...user, password: [secret] } },
    { command: 'update', module: 'users', entity: '1', payload: { password: 7, oldPassword: secret } },
    { command: 'create', module: 'auth', payload: { username: name, password: secret } },
    { command: 'create', module: 'auth', payload: { username: name, password: `${secret}!` } },
    { command: 'create', module: 'auth', payload: { username: name, password: { text: secret } } },
    { command: 'create', module: 'credentials', payload: { description: name, ...client } },
    { command: 'create', module: 'credentials', payload: { description: 7, ...client } },
    { command: 'update', module: 'credentials', entity: '1', payload: client },
    ...['cameras', 'users', 'credentials', 'health', 'htop', 'outages', 'events', 'auth'].map(
      (module): Omit<ApiRequest, 'token'> => ({ command: 'list', module }),
    ),
    { command: 'read', module: 'cameras', entity: '1' },
  ];
}

const DOCUMENTS = ['/openapi.json', '/asyncapi.json', '/docs/', '/metrics', '/healthz', '/status.json', '/'];

it('no part of a password leaves the service, whatever it is made of and wherever it was sent', async () => {
  await fc.assert(
    fc.asyncProperty(password, async ({ marks, text }) => {
      for (const [index, { send, token }] of ways.entries()) {
        for (const body of requestsWith(text, `thing-${runs}-${index}`))
          await send({ ...body, token }).catch(() => undefined);
        await client.publish(
          'nestmtx/requests',
          `{"command":"create","module":"users","payload":{"password":${JSON.stringify(text)}`,
        );
      }
      const [, http] = proxies;
      for (const path of DOCUMENTS) await (await fetch(`http://127.0.0.1:${http?.port}${path}`)).text();
      const failures = () => client.received.filter(({ topic }) => topic === 'nestmtx/failures').length;
      const before = failures();
      await client.publish('nestmtx/requests', 'the end');
      await eventually(() => failures() > before, 'the last failure');
      const late = await connectClient({ url: service.mqttUrl, ...ADMIN });
      await late.subscribe('#');
      await late.publish('home/anything', 'the end');
      await late.next('home/anything');
      const retained = late.received.map(({ topic, text: said }) => `${topic} ${said}`).join('\n');
      await late.end();
      const emitted = { sent: proxies.map((proxy) => proxy.sent()).join(''), log: service.log(), heard, retained };
      for (const [where, bytes] of Object.entries(emitted))
        for (const mark of marks) expect(around(bytes, mark), where).toBeUndefined();
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(mediaServer.requests.some(({ method }) => method === 'POST')).toBe(true);
});

/** What stands there, to be read in a failure. */
function around(bytes: string, mark: string): string | undefined {
  const at = bytes.indexOf(mark);
  return at < 0 ? undefined : bytes.slice(Math.max(0, at - 200), at + 200);
}
