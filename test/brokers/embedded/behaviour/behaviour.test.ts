/** Pins what the broker does, statement by statement of MQTT 5.0 and 3.1.1, as its clients see it. */

import { describe, expect, it } from 'vitest';
import type { Level } from '../../../../src/brokers/embedded/packets/packet.ts';
import { openWorld } from '../../../support/brokers/memory-peer.ts';
import type { Row } from './row.ts';
import { TABLES } from './tables.ts';

describe.each(Object.entries(TABLES))('%s', (_table, rows) => {
  const scenes = rows.flatMap((row) => row.levels.map((level) => [titleOf(row, level), row, level] as const));

  it.each(scenes)('%s', async (_title, { scene, limits }, level) => {
    const world = openWorld(limits);
    await scene(world, level);
    world.close();
    expect(world.log.visible().filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

function titleOf({ clauses, says }: Row, level: Level): string {
  return `${{ 3: '3.1', 4: '3.1.1', 5: '5.0' }[level]}: ${says} [${clauses.join(', ')}]`;
}
