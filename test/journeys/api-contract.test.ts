/** One contract suite over every transport: whoever knows the API on one knows it on all. Each runs against a whole service. */

import { describe } from 'vitest';
import { commandLine } from '../cli/command-line.ts';
import {
  type Answer,
  type ApiAccount,
  type ApiRequest,
  apiContract,
  type OpenedApi,
} from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { requestText } from '../support/api/mqtt.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { byChance } from '../support/cluster/instances.ts';
import { natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

type Request = (request: ApiRequest) => Promise<Answer>;
interface Door {
  readonly request: Request;
  close(): void | Promise<void>;
}

async function open(enter: (service: Service) => Promise<Door>, starting = startService()): Promise<OpenedApi> {
  const service = await starting;
  const { httpUrl } = service;
  const admin = await logIn(httpUrl, { id: 1, ...ADMIN });
  const payload = { username: 'someone', password: 'correct horse battery', can_login: true };
  await requestOverHttp(httpUrl, { command: 'create', module: 'users', payload, token: admin.token });
  const user = await logIn(httpUrl, { id: 2, username: payload.username, password: payload.password });
  const door = await enter(service);
  return {
    request: door.request,
    admin,
    user,
    async cleanup() {
      await door.close();
      await service.stop();
    },
  };
}

async function logIn(url: string, user: Omit<ApiAccount, 'token'>): Promise<ApiAccount> {
  const { username, password } = user;
  const answer = await requestOverHttp(url, { command: 'create', module: 'auth', payload: { username, password } });
  if (!answer.ok) throw new Error(`login refused: ${answer.error.code}`);
  return { ...user, token: String(Reflect.get(Object(answer.value), 'bearer')) };
}

function decoded(text: string): Answer {
  if (text === '') return { ok: true, value: undefined };
  const value = JSON.parse(text);
  return value?.error ? { ok: false, error: value.error } : { ok: true, value };
}

apiContract('MQTT', () =>
  open(async (service) => {
    const client = await service.client();
    return {
      request: async (request) => decoded(await requestText(client, { ...request })),
      close: () => client.end(),
    };
  }),
);

apiContract('HTTP', () =>
  open(async ({ httpUrl }) => ({
    request: (request) => requestOverHttp(httpUrl, request),
    close: () => undefined,
  })),
);

describe.skipIf(natsIsMissing)('of a cluster', () =>
  apiContract('HTTP, each request at one of two bridges', async () => {
    const nats = await startNats();
    const env = {
      CLUSTER_URL: nats.addresses.map((address) => `nats://${address}`).join(),
      CLUSTER_USER: nats.username,
      CLUSTER_PASS: nats.password,
      APP_KEY: 'the same key on all of the bridges',
    };
    const first = await startService({ env });
    const second = await startService({ env });
    const url = byChance([first.httpUrl, second.httpUrl], first.httpUrl);
    const door = {
      request: (request: ApiRequest) => requestOverHttp(url(), request),
      async close() {
        await second.stop();
        await first.stop();
        await nats.stop();
      },
    };
    // Both are closed by the door, after whatever else.
    return open(async () => door, Promise.resolve({ ...first, stop: async () => undefined }));
  }),
);

apiContract('Socket.IO', () =>
  open(async ({ httpUrl }) => {
    const socket = await connectSocket(httpUrl);
    return {
      request: (request) => requestOverSocketIo(socket, request),
      close: () => void socket.disconnect(),
    };
  }),
);

apiContract(
  'the command line',
  () =>
    open(async ({ httpUrl }) => {
      const cli = await commandLine();
      return {
        async request({ command, module, entity, payload, token }) {
          const words = ['command', command, module, ...(entity === undefined ? [] : [entity])];
          if (payload !== undefined) words.push(JSON.stringify(payload));
          const login = token === undefined ? [] : ['--token', token];
          const { code, out, err } = await cli.run(...words, '--json', '--url', httpUrl, ...login);
          if (code !== 0) return { ok: false, error: JSON.parse(err.slice(err.indexOf('{'))).error };
          const value = JSON.parse(out);
          return { ok: true, value: value ?? undefined };
        },
        close: () => cli.remove(),
      };
    }),
  // Words that make no request are wrong usage, exit code 2 (test/cli).
  { withoutEnvelope: true },
);
