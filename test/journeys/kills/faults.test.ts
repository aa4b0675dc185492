/**
 * Two bridges and three NATS servers, killed and frozen one after another while clients publish, accounts are made and removed and a camera comes and
 * goes: nothing that was acknowledged is missing afterwards, nothing is there twice, and who is at a living bridge is hardly kept waiting.
 */

import { describe, expect, it } from 'vitest';
import { byChance } from '../../support/cluster/instances.ts';
import { SEED } from '../../support/cluster/load/access.ts';
import { faultsOf } from '../../support/cluster/load/faults.ts';
import { underLoad } from '../../support/cluster/load/under-load.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';

describe.skipIf(natsIsMissing)(`a cluster under load, KILL_SEED=${SEED}`, () => {
  const cluster = underLoad();

  it('misses and doubles nothing that was acknowledged, whatever is killed or frozen', async () => {
    const { bridges, load } = cluster;
    const faults = faultsOf(bridges, load);
    const names = shuffled(
      Object.keys(faults),
      byChance(
        Array.from({ length: 100 }, (_, i) => i),
        0,
        SEED,
      ),
    );
    await load.goesOn();
    for (const name of names) {
      const { failing, happen } = faults[name] ?? {};
      if (failing === undefined || happen === undefined) throw new Error(name);
      await load.away.leave();
      const sinceMs = performance.now();
      const concerned = await happen();
      await load.goesOn().catch((error: unknown) => {
        throw new Error(`after this: ${name}`, { cause: error });
      });
      load.expectHardlyNoticed(name, failing, sinceMs, concerned);
      await load.away.comeBack();
    }
    await load.expectAll();
    expect(load.leaders.terms).toBeGreaterThan(2);
  });
});

function shuffled<T>(all: readonly T[], draw: () => number): T[] {
  return all
    .map((one) => ({ one, at: draw() }))
    .sort((one, other) => one.at - other.at)
    .map(({ one }) => one);
}
