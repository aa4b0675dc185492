/** Owns the instance API on a real port, over a broker that is a map. */

import type { ConnectionBundles } from '../../../src/core/instances/bundles/bundles.ts';
import { createHttp } from '../../../src/transports/http/http.ts';
import { instancesRouter } from '../../../src/transports/instances-rest/router.ts';
import { fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { ANNA, BERT, newWorld, run } from '../../support/instances/world.ts';
import { systemClock } from '../../support/system-clock.ts';

export type Api = Awaited<ReturnType<typeof openApi>>;

const BUNDLES: ConnectionBundles = {
  kinds: ['line', 'page'],
  make: async (kind, { user, password }) =>
    kind === 'line'
      ? { contentType: 'text/plain; charset=utf-8', text: `mosquitto_sub -u ${user} -P ${password}` }
      : { contentType: 'text/html; charset=utf-8', text: `<p>${user}</p>` },
};

export async function openApi(world?: Awaited<ReturnType<typeof newApiWorld>>, more: Parameters<typeof run>[1] = {}) {
  const outlives = world ?? (await newApiWorld());
  const running = run(outlives, more);
  const { log, sessions } = running;
  const registry = { modules: [], execute: () => Promise.reject(new Error('not asked here')) };
  const http = createHttp({ registry, log, clock: systemClock, corsOrigins: [], status: () => 'ok' });
  http.mount('/v1', instancesRouter({ ...running, bundles: BUNDLES }));
  const { port } = await http.listen('127.0.0.1', 0);
  const { token } = await sessions.issue(ANNA.user, { rememberMe: false });
  const { token: otherToken } = await sessions.issue(BERT.user, { rememberMe: false });

  async function call(method: string, path: string, options: CallOptions = {}) {
    const { body, headers = {}, as = token } = options;
    const response = await fetch(`http://127.0.0.1:${port}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${as}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  }

  return {
    ...outlives,
    ...running,
    world: outlives,
    otherToken,
    call,
    get: (path: string, options?: CallOptions) => call('GET', path, options),
    async create(options?: CallOptions): Promise<Record<string, string>> {
      const answer = await call('POST', '/mqtt', options);
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
      return answer.json();
    },
    close: async () => {
      await http.close();
      await running.instances.close();
    },
  };
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: string;
}

export function newApiWorld() {
  return newWorld(fakeProvisioner());
}
