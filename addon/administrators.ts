/** Owns who of Home Assistant's users is an administrator there: asks Core, and remembers its answer for a while. Whoever is not known to be one is none. */

import { WebSocket } from 'ws';
import type { Clock, Log } from '../src/core/ports.ts';
import { isObject } from '../src/protocol/envelope.ts';
import type { SupervisorAddress } from './supervisor.ts';

export interface Administrators {
  /** @param userId as Home Assistant's proxy tells it. Never rejects */
  includes(userId: string): Promise<boolean>;
}

interface Setup {
  readonly supervisor: SupervisorAddress;
  readonly clock: Clock;
  readonly log: Log;
}

/** An answer is good for so long, and where there is none Core is not asked again for so long. */
const FRESH_MS = 60_000;
const FAILED_MS = 10_000;
/** While Core cannot be asked, what it said last still counts. */
const KEPT_MS = 10 * 60_000;
const TIMEOUT_MS = 5000;
/** The group that Core's own administrators are in. */
const ADMIN_GROUP = 'system-admin';

export function askCoreForAdministrators({ supervisor, clock, log }: Setup): Administrators {
  let known: ReadonlySet<string> = new Set();
  let askAgainMs = Number.NEGATIVE_INFINITY;
  let keptUntilMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  let hasFailed = false;

  async function ask(): Promise<void> {
    try {
      known = administratorsIn(await listUsers(supervisor, clock));
      askAgainMs = clock.monotonicMs() + FRESH_MS;
      keptUntilMs = clock.monotonicMs() + KEPT_MS;
      hasFailed = false;
    } catch (error) {
      askAgainMs = clock.monotonicMs() + FAILED_MS;
      const reason = error instanceof Error ? error.message : String(error);
      if (!hasFailed) log.warn({ reason }, 'Home Assistant does not tell who is an administrator there, asking on');
      hasFailed = true;
    }
  }

  return {
    async includes(userId) {
      if (clock.monotonicMs() >= askAgainMs) {
        asking ??= ask().finally(() => {
          asking = undefined;
        });
      }
      await asking;
      return clock.monotonicMs() < keptUntilMs && known.has(userId);
    },
  };
}

/** Core's WebSocket API behind Supervisor, which lets an app with `homeassistant_api` in. Rejects where there is no good answer in time. */
function listUsers({ url, token }: SupervisorAddress, clock: Clock): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/core/websocket`, { maxPayload: 4 * 1024 * 1024 });
    const end = (settle: () => void) => {
      cancel();
      settle();
      socket.terminate();
    };
    const cancel = clock.after(TIMEOUT_MS, () => end(() => reject(new Error('Core does not answer in time'))));
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => end(() => reject(new Error('Core ends the connection'))));
    socket.on('message', (data) => {
      const message = objectIn(String(data));
      const say = (answer: object) => socket.send(JSON.stringify(answer));
      if (message['type'] === 'auth_required') say({ type: 'auth', access_token: token });
      else if (message['type'] === 'auth_ok') say({ id: 1, type: 'config/auth/list' });
      else if (message['type'] === 'result' && message['success'] === true) end(() => resolve(message['result']));
      else end(() => reject(new Error(`Core refuses: ${String(message['type'])}`)));
    });
  });
}

/** As Core decides it: the owner, and whoever is in its group, as long as they are active. */
function administratorsIn(users: unknown): ReadonlySet<string> {
  if (!Array.isArray(users)) throw new Error('Core says nothing sensible about its users');
  const administrators = users.filter((user: unknown) => {
    if (!isObject(user) || user['is_active'] !== true) return false;
    const groups = user['group_ids'];
    return user['is_owner'] === true || (Array.isArray(groups) && groups.includes(ADMIN_GROUP));
  });
  return new Set(administrators.map((user) => String(user['id'])));
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
