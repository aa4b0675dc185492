/** Owns what Home Assistant sees of the service itself: its version, its start, and what of its surroundings needs somebody. */

import type { Bus } from '../core/bus.ts';
import type { Clock } from '../core/ports.ts';
import { isoZulu } from '../core/wire-time.ts';
import { isObject } from '../protocol/envelope.ts';
import { type Answer, answerState } from './devices/answer.ts';
import { type BridgeState, bridgeAnnouncement } from './devices/bridge.ts';
import type { Service } from './devices/device.ts';
import { isLogLevel } from './devices/log-levels.ts';
import type { Discovery } from './discovery.ts';
import type { Execute } from './execute.ts';
import type { Operation } from './operation.ts';
import { repeat } from './repeat.ts';

interface Parts {
  readonly service: Service;
  readonly discovery: Discovery;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly execute: Execute;
  readonly operation: Pick<Operation, 'logLevel'>;
  /** Whether there is somebody to answer; default is yes. */
  readonly isAnswered?: (() => boolean) | undefined;
  /** Absent where there is none. */
  readonly isMediaMtxUp?: (() => boolean) | undefined;
  readonly failedLogins: { readonly count: number };
}

type Need = Pick<BridgeState, 'credentials' | 'credentials_since'>;

/** Credentials that are removed make no event. */
const LOOK_MS = 60_000;
const PAGE = { page: 1, itemsPerPage: 1000, search: null, sortBy: null };

export interface BridgeFeed {
  /** Shows what came of a command. */
  answered(answer: Answer): void;
  close(): void;
}

export function feedBridge({
  service,
  discovery,
  bus,
  clock,
  execute,
  operation,
  isAnswered = () => true,
  isMediaMtxUp,
  failedLogins,
}: Parts): BridgeFeed {
  const started = isoZulu(clock.now());
  let need: Need | null = null;
  let answer: Answer | undefined;

  function show(): void {
    const mediamtx = isMediaMtxUp && { mediamtx: isMediaMtxUp() };
    const { credentials = null, credentials_since = null } = need ?? {};
    const level = operation.logLevel.current();
    const log_level = isLogLevel(level) ? level : null;
    const state: BridgeState = {
      version: service.version,
      started,
      ...mediamtx,
      credentials,
      credentials_since,
      failed_logins: failedLogins.count,
      log_level,
    };
    discovery.show(service.own.bridge, { ...state, ...answerState(answer) });
  }

  async function look(): Promise<void> {
    show();
    need = isAnswered() ? await ask() : null;
    show();
  }

  async function ask(): Promise<Need | null> {
    const outcome = await execute({ module: 'credentials', command: 'list', payload: PAGE });
    return outcome.ok ? needOf(outcome.value) : null;
  }

  discovery.announce(bridgeAnnouncement(service, isMediaMtxUp !== undefined));
  const looks = repeat(clock, LOOK_MS, look);
  const stops = [
    bus.on('event', ({ domain }) => {
      if (domain === 'credentials') looks.now();
      if (domain === 'source' || domain === 'logins') show();
    }),
    // When MediaMTX comes or goes, the cameras know.
    bus.on('cameraState', show),
  ];
  return {
    answered(given) {
      answer = given;
      show();
    },
    close() {
      for (const stop of stops) stop();
      looks.close();
    },
  };
}

/** @param page of credentials as the API shows them; null where it is none */
function needOf(page: unknown): Need | null {
  if (!isObject(page) || !Array.isArray(page['items'])) return null;
  const rows = page['items'].filter((row: unknown) => isObject(row) && row['is_authenticated'] === false);
  const changed = rows.map((row) => momentOf(row['updated_at'])).filter((moment) => moment !== null);
  return {
    credentials: rows.map((row) => String(row['description'] ?? row['id'])),
    credentials_since: changed.toSorted((one, other) => one.localeCompare(other)).at(-1) ?? null,
  };
}

/** The API tells moments in UTC and does not say so (contract 2.7). */
function momentOf(written: unknown): string | null {
  const ms = Date.parse(`${String(written)}Z`);
  return Number.isNaN(ms) ? null : isoZulu(ms);
}
