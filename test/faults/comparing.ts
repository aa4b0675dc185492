/** Owns the comparison of a run of faults: what the states say while it lasts, and all that was told when it is over. */

import { expectedState } from './expected.ts';
import type { Hearing } from './hearing.ts';
import type { House } from './house.ts';
import { judge, judgeSource } from './judge.ts';
import type { Truth } from './truth.ts';

export interface Comparison {
  now(): void;
  /** @returns all that was told wrong, a line each */
  afterwards(): Promise<string[]>;
}

export function createComparison(house: House, hearing: Hearing, truth: Truth): Comparison {
  const faults = new Set<string>();

  function note(line: string): void {
    if (!faults.has(line)) truth.note(`WRONG ${line}`);
    faults.add(line);
  }

  return {
    now() {
      for (const camera of house.cameras) {
        const expected = expectedState(camera, truth, Date.now());
        const { ready, online, reason } = Object(hearing.state(camera.id));
        const told: Readonly<Record<string, unknown>> = { ready, online, reason };
        if (!expected || Object.entries(expected).every(([key, value]) => told[key] === value)) continue;
        const [is, says] = [JSON.stringify(expected), JSON.stringify(told)];
        note(`${camera.name} ${truth.spans(camera.name).at(-1)?.how}: is ${is}, its state says ${says}`);
      }
    },
    async afterwards() {
      const heard = hearing.heard();
      for (const { event } of heard) truth.note(`TOLD ${JSON.stringify(event)}`);
      const endMs = Date.now();
      for (const camera of house.cameras) {
        const outages = await house.outages(camera.id);
        for (const outage of outages) truth.note(`PAST ${camera.name} ${JSON.stringify(outage)}`);
        for (const line of judge({ camera, truth, heard, outages, endMs })) note(line);
      }
      for (const source of ['mediamtx', 'go2rtc'] as const) {
        for (const line of judgeSource(source, { truth, heard })) note(line);
      }
      return [...faults];
    },
  };
}
