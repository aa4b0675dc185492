/** Owns what the state of a camera shall say, given how it and all that it needs has been for a while; undefined while it may say either. */

import type { CameraState } from '../../src/protocol/events.ts';
import type { Kind, TestCamera } from './cameras.ts';
import { calmSinceMs, type Truth } from './truth.ts';

type Expected = Partial<Pick<CameraState, 'ready' | 'online' | 'reason'>>;

/** By what a look finds. What publishes can be looked at by nobody. */
const REASONS: Readonly<Record<string, string>> = {
  killed: 'refused',
  frozen: 'silent',
  'wrong-password': 'unauthorised',
  'wrong-path': 'wrong-path',
};

/** Undefined while it is well. */
export function reasonOf(kind: Kind, condition: string): string | undefined {
  const reason = REASONS[condition];
  return reason !== undefined && kind === 'published' ? 'no-feed' : reason;
}

/** Looks at idle cameras are this far apart, and one that fails is followed by another. */
const IDLE_MS = 30_000 + 5000 + 3000;
/** MediaMTX gives a frozen camera up after ten seconds, and tries to get one that is gone every five; then polls, and one more look. */
const PULLED_MS = 10_000 + 5000 + 5000 + 3000;
/** For a busy machine. */
const SLACK_MS = 10_000;

/** How long it may take until what has turned is told. */
export function settlingMs(kind: Kind): number {
  return (kind === 'idle' || kind === 'stream' ? IDLE_MS : PULLED_MS) + SLACK_MS;
}

export function carriersOf(kind: Kind): readonly string[] {
  return ['service', 'broker', kind === 'stream' ? 'go2rtc' : 'mediamtx'];
}

export function expectedState({ name, kind }: TestCamera, truth: Truth, nowMs: number): Expected | undefined {
  const carriers = carriersOf(kind);
  const now = truth.spans(name).at(-1);
  const calmMs = Math.max(calmSinceMs(truth, carriers, nowMs), now?.fromMs ?? nowMs);
  if (nowMs - calmMs > settlingMs(kind)) return inCalm(kind, now?.how ?? '');
  const [service, broker, carrier = ''] = carriers;
  const goneMs = truth.spans(carrier).at(-1);
  if (goneMs?.how !== 'gone') return undefined;
  const ourCalmMs = Math.max(calmSinceMs(truth, [service ?? '', broker ?? ''], nowMs), goneMs.fromMs);
  if (nowMs - ourCalmMs < 10_000 + SLACK_MS) return undefined;
  return { online: null, reason: `${carrier}-unreachable` };
}

function inCalm(kind: Kind, condition: string): Expected {
  const reason = reasonOf(kind, condition);
  if (reason !== undefined) return { ready: false, online: false, reason };
  return { ready: kind !== 'idle' && kind !== 'stream', online: true, reason: null };
}
