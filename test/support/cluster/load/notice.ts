/** Owns how much of a fault somebody may notice who is at a bridge that lives, and that the figures can be had: KILL_FIGURES is a file for them. */

import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';
import { SEED } from './access.ts';
import type { Silences } from './pulses.ts';

export type Failing = 'a bridge' | 'a NATS server' | 'the majority of the NATS servers';

const SECOND_MS = 1000;
/** For a machine that has much else to do, these tests among it. */
const MARGIN_MS = 1000;
/** How long NATS servers wait for one that led them is their own affair: 4 to 9 s, by chance, and as long again where two want to be the next (`server/raft.go`). */
const ELECTION_MS = 2 * 9000;
const file = process.env['KILL_FIGURES'];

/** What was measured, for whoever wants to see it. */
export function tell(what: string, figures: object): void {
  if (file !== undefined)
    appendFileSync(file, `${SEED} ${what}: ${JSON.stringify({ ...figures, atMs: Math.round(performance.now()) })}\n`);
}

interface Noticed {
  readonly silences: Silences;
  /** For how long whoever has measured stood still itself. */
  readonly ownMs: number;
  /** A bridge that lives had to send its tenants away, since NATS had no leader for longer than ten seconds. */
  readonly sentAway: boolean;
}

export function expectHardlyNoticed(what: string, failing: Failing, { silences, ownMs, sentAway }: Noticed): void {
  tell(what, { ...silences, ownMs, sentAway });
  const keptMs = { 'a bridge': SECOND_MS, 'a NATS server': ELECTION_MS, 'the majority of the NATS servers': Infinity };
  const spareMs = MARGIN_MS + ownMs;
  expect(silences.kept, `${what}: what is kept`).toBeLessThan(keptMs[failing] + spareMs);
  if (sentAway && failing !== 'a bridge') return;
  expect(silences.here, `${what}: at one bridge`).toBeLessThan(SECOND_MS + spareMs);
  expect(silences.across, `${what}: from one bridge to another`).toBeLessThan(SECOND_MS + spareMs);
}
