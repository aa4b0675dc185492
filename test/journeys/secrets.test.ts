/** Every byte the service sends, logs or documents, searched for every secret that was used to make it talk. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { request } from '../support/api/mqtt.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { type RecordingProxy, recordingProxy } from '../support/brokers/recording-proxy.ts';
import { type Service, startService } from '../support/service.ts';

const ADMIN = { username: 'admin', password: 'pw-of-the-admin-4710' };
const SECRETS = {
  adminPassword: ADMIN.password,
  userPassword: 'pw-of-a-user-4711',
  newPassword: 'pw-changed-4712',
  wrongPassword: 'pw-wrong-4713',
  clientSecret: 'GOCSPX-client-secret-4714',
  oauthCode: '4/0-oauth-code-4715',
  cameraPassword: 'cam-4716',
  strayToken: 'oat_stray-token-that-nobody-issued-4717-abcdefghij',
};

/** Requests that carry secrets to every place they can be carried to, rightly and wrongly. */
function requests(token: string): ApiRequest[] {
  const admin = (body: Omit<ApiRequest, 'token'>): ApiRequest => ({ ...body, token });
  const answer = {
    state: Buffer.from('{"id":1,"nonce":"x"}').toString('base64'),
    code: SECRETS.oauthCode,
    scope: 's',
    prompt: 'consent',
    origin: 'http://x',
  };
  const user = { username: 'someone', password: SECRETS.userPassword, can_login: true };
  const credential = {
    description: 'd',
    oauth_client_id: 'id',
    oauth_client_secret: SECRETS.clientSecret,
    dac_project_id: 'p',
  };
  const source = { type: 'rtsp', url: `rtsp://root:${SECRETS.cameraPassword}@10.0.0.5/s` };
  return [
    { command: 'create', module: 'auth', payload: { username: 'admin', password: SECRETS.wrongPassword } },
    {
      command: 'create',
      module: 'auth',
      payload: { username: 'admin', password: SECRETS.adminPassword, token: SECRETS.strayToken },
    },
    { command: 'list', module: 'users', token: SECRETS.strayToken },
    admin({ command: 'create', module: 'users', payload: user }),
    admin({ command: 'create', module: 'users', payload: user }),
    admin({ command: 'create', module: 'users', payload: { ...user, username: 'x' } }),
    admin({
      command: 'create',
      module: 'users',
      payload: { ...user, username: 'other', password: SECRETS.userPassword.repeat(20) },
    }),
    admin({ command: 'list', module: 'users', payload: { password: SECRETS.userPassword, search: 'some' } }),
    admin({ command: 'update', module: 'users', entity: '2', payload: { password: SECRETS.newPassword } }),
    admin({ command: 'update', module: 'users', entity: '99', payload: { password: SECRETS.newPassword } }),
    admin({ command: 'list', module: 'auth' }),
    admin({ command: 'create', module: 'credentials', payload: credential }),
    admin({ command: 'create', module: 'credentials', payload: credential }),
    admin({ command: 'create', module: 'credentials', payload: { ...credential, description: 7 } }),
    admin({ command: 'list', module: 'credentials' }),
    admin({ command: 'update', module: 'credentials', entity: '1', payload: { origin: 'http://localhost' } }),
    admin({ command: 'read', module: 'credentials', entity: Buffer.from(JSON.stringify(answer)).toString('base64') }),
    admin({ command: 'read', module: 'credentials', entity: JSON.stringify(answer) }),
    admin({ command: 'create', module: 'cameras', payload: { name: 'c', source } }),
    admin({ command: 'create', module: 'cameras', payload: { name: '', source } }),
    admin({ command: 'create', module: 'cameras', payload: { name: 'c', source: source.url } }),
    admin({ command: 'list', module: 'cameras' }),
    admin({ command: 'list', module: 'htop' }),
    admin({ command: 'list', module: 'health' }),
    { command: 'list', module: 'swagger' },
  ];
}

describe('secrets', () => {
  let service: Service;
  let mqtt: RecordingProxy;
  let http: RecordingProxy;
  const tokens: string[] = [];

  beforeAll(async () => {
    service = await startService({ env: { LOG_LEVEL: 'trace', ADMIN_PASSWORD: ADMIN.password } });
    mqtt = await recordingProxy(service.app.mqttPort);
    http = await recordingProxy(service.app.httpPort);
  });

  afterAll(async () => {
    await mqtt.close();
    await http.close();
    await service.stop();
  });

  async function logIn(send: (request: ApiRequest) => Promise<unknown>): Promise<string> {
    const body = JSON.stringify(await send({ command: 'create', module: 'auth', payload: ADMIN }));
    const [token = ''] = /oat_[\w-]+/.exec(body) ?? [];
    tokens.push(token);
    return token;
  }

  it('are told to nobody by any transport, log line, failure, document or file', async () => {
    const url = `http://127.0.0.1:${http.port}`;
    const client = await connectClient({ url: `mqtt://127.0.0.1:${mqtt.port}`, ...ADMIN });
    await client.subscribe(['nestmtx/failures', 'nestmtx/events/#', 'nestmtx/state/#']);
    const overMqtt = (body: ApiRequest) => request(client, { ...body });
    const byMqtt = await logIn(overMqtt);
    for (const body of requests(byMqtt)) await overMqtt(body);
    for (const broken of [
      JSON.stringify(JSON.stringify(requests(byMqtt)[3])),
      `{"token":"${SECRETS.strayToken}"`,
      `{"bearer":"${SECRETS.strayToken}"}`,
    ]) {
      await client.publish('nestmtx/requests', broken);
    }
    const byHttp = await logIn((body) => requestOverHttp(url, body));
    for (const body of requests(byHttp)) await requestOverHttp(url, body);
    for (const path of [
      '/openapi.json',
      '/asyncapi.json',
      '/docs/',
      '/healthz',
      `/api/credentials/${encodeURIComponent(SECRETS.oauthCode)}`,
    ])
      await (await fetch(url + path)).text();
    const socket = await connectSocket(url, { auth: { token: byHttp } });
    const bySocket = await logIn((body) => requestOverSocketIo(socket, { ...body, token: SECRETS.strayToken }));
    for (const body of requests(bySocket)) await requestOverSocketIo(socket, body);
    socket.disconnect();
    await expect(
      connectClient({ url: `mqtt://127.0.0.1:${mqtt.port}`, username: 'admin', password: SECRETS.wrongPassword }),
    ).rejects.toThrow();
    await client.end();

    const journal = await readFile(join(service.dataDir, 'store.journal'), 'latin1');
    const emitted = { mqtt: mqtt.sent(), http: http.sent(), log: service.log(), journal };
    expect(emitted.mqtt.length + emitted.http.length).toBeGreaterThan(50_000);
    const hashes = [...journal.matchAll(/\$argon2id\$[^"]+/g)].map(([hash]) => hash);
    expect(hashes.length).toBeGreaterThan(0);
    for (const [where, bytes] of Object.entries(emitted)) {
      for (const [name, secret] of Object.entries(SECRETS))
        expect(bytes.includes(secret), `${name} in ${where}`).toBe(false);
      if (where !== 'journal')
        for (const hash of hashes) expect(bytes.includes(hash), `a hash in ${where}`).toBe(false);
    }
    // A token is said once: in the answer to the login it was issued for.
    const said = Object.values(emitted).join('');
    expect(tokens.map((token) => said.split(token).length - 1)).toEqual([1, 1, 1]);
  });
});
