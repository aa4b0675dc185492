/** Owns a service as the status page meets it: cameras in every condition, an instance, and the ways a test speaks to both. */

import type { Page } from 'playwright-core';
import { isObject } from '../../../src/protocol/envelope.ts';
import type { Command } from '../../../src/protocol/verbs.ts';
import { requestOverHttp } from '../../support/api/http.ts';
import { ADMIN } from '../../support/service.ts';

export interface Api {
  readonly token: string;
  /** @returns what was answered; throws when it was refused */
  ask(command: Command, module: string, entity?: string, payload?: Record<string, unknown>): Promise<unknown>;
  /** @returns its id */
  addCamera(payload: Record<string, unknown>): Promise<number>;
  /** Observes something about a camera. */
  emit(cameraId: number, event: string, reader?: string): Promise<void>;
}

export async function signInOverHttp(url: string, login = ADMIN): Promise<Api> {
  const { bearer } = objectOf(await answered(url, 'create', 'auth', undefined, login));
  const token = String(bearer);
  const ask: Api['ask'] = (command, module, entity, payload) => answered(url, command, module, entity, payload, token);
  return {
    token,
    ask,
    addCamera: async (payload) => Number(objectOf(await ask('create', 'cameras', undefined, payload))['id']),
    emit: async (entity, event, reader) => {
      await ask('create', 'events', undefined, { domain: 'camera', entity, event, ...(reader && { reader }) });
    },
  };
}

async function answered(
  url: string,
  command: Command,
  module: string,
  entity?: string,
  payload?: Record<string, unknown>,
  token?: string,
): Promise<unknown> {
  const answer = await requestOverHttp(url, {
    command,
    module,
    ...(entity === undefined ? {} : { entity }),
    ...(payload === undefined ? {} : { payload }),
    ...(token === undefined ? {} : { token }),
  });
  if (!answer.ok) throw new Error(`${module}.${command}: ${answer.error.message}`);
  return answer.value;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
}

/** Fills in the form and waits for what is behind it. */
export async function signIn(page: Page, { username, password } = ADMIN): Promise<void> {
  await page.fill('#username', username);
  await page.fill('#password', password);
  await page.click('#sign-in-submit');
  await page.waitForSelector('#view:not([hidden])');
}

/** What the card of a camera says, part by part. */
export function card(page: Page, cameraId: number) {
  const whole = page.locator(`#cameras [data-camera="${cameraId}"]`);
  return {
    whole,
    condition: whole.locator('.condition'),
    reason: whole.locator('.reason'),
    name: whole.locator('h3'),
    facts: whole.locator('dl'),
    tags: whole.locator('.tags'),
    result: whole.locator('.result'),
    button: (name: string) => whole.getByRole('button', { name }),
  };
}

/** As a house has them: a dozen, most of them idle, some in trouble. */
export async function furnish(api: Api, refusedPort: number): Promise<void> {
  const room = (name: string, where: string, path: string, more: Record<string, unknown> = {}) =>
    api.addCamera({ name, room: where, mtx_path: path, is_enabled: true, ...more });
  const running = [
    await room('Front door', 'Entrance', 'front-door', { is_persistent: true }),
    await room('Driveway', 'Outside', 'driveway'),
    await room('Garden', 'Outside', 'garden'),
  ];
  const idle = [
    await room('Living room', 'Ground floor', 'living-room'),
    await room('Kitchen', 'Ground floor', 'kitchen'),
    await room('Nursery', 'Upstairs', 'nursery'),
    await room('Hallway with a rather long name that must wrap somewhere', 'Upstairs', 'hallway'),
  ];
  const stalled = await room('Garage', 'Outside', 'garage');
  await room('Back door', 'Entrance', 'back-door', {
    source: { type: 'rtsp', url: `rtsp://127.0.0.1:${refusedPort}/stream` },
  });
  await room('Attic', 'Upstairs', 'attic', { is_enabled: false });
  await room('Cellar', 'Basement', 'cellar', { is_enabled: false });
  await api.addCamera({ name: 'New camera', room: 'Unknown' });
  for (const id of idle.slice(0, 2)) {
    await api.emit(id, 'ready');
    await api.emit(id, 'notReady');
  }
  await api.emit(stalled, 'ready');
  await api.emit(stalled, 'stalled');
  for (const id of running) {
    await api.emit(id, 'demand');
    await api.emit(id, 'ready');
    await api.emit(id, 'read', 'wall tablet');
  }
  await api.emit(running[0] ?? 0, 'read', 'recorder');
  await api.emit(idle[2] ?? 0, 'demand');
  await api.ask('create', 'instances', undefined, { label: 'Workshop sensors' });
  const second = objectOf(await api.ask('create', 'instances', undefined, { label: 'Greenhouse' }));
  await api.ask('update', 'instances', String(second['_id']), { enabled: false });
  await api.ask('create', 'instances', undefined, { expires_at: '2099-01-01T00:00:00Z' });
}
