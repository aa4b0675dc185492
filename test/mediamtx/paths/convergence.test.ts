/** Pins that hints can be lost, doubled, late or wrong: what MediaMTX says last is the state, as if there had been no hints. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CameraFacts, UNSEEN } from '../../../src/core/cameras/facts.ts';
import { reduce } from '../../../src/core/cameras/state.ts';
import {
  type Hint,
  type Look,
  observePath,
  type PathMemory,
  WAIT_LIMIT_MS,
} from '../../../src/mediamtx/paths/observer.ts';
import { type PathConfig, parsePath } from '../../../src/mediamtx/paths/report.ts';
import { listedPath, VERSIONS } from '../../support/cameras/mediamtx-shapes.ts';

type Glance = Pick<Look, 'report' | 'config'>;

const reader = fc.constantFrom('a', 'b', 'c').map((id) => ({ type: 'rtspSession', id }));
const feed = fc.record(
  {
    since: fc.constantFrom('2026-11-21T10:00:00Z', '2026-11-21T10:00:01Z'),
    bytes: fc.nat(5),
    readers: fc.uniqueArray(reader, { selector: ({ id }) => id }),
  },
  { requiredKeys: ['bytes', 'readers'] },
);
const config: fc.Arbitrary<PathConfig> = fc.constantFrom('publisher', 'hooked', 'pulled').map((kind) => ({
  source: kind === 'pulled' ? 'rtsp://cam' : 'publisher',
  sourceOnDemand: kind === 'pulled',
  runsOnDemand: kind === 'hooked',
  alwaysAvailable: false,
  closeAfterMs: 10_000,
}));
const glance = (its: PathConfig): fc.Arbitrary<Glance> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant({ report: undefined, config: undefined }) },
    {
      weight: 4,
      arbitrary: fc.tuple(feed, fc.constantFrom('1.8', '1.16', '1.19', '1.20')).map(([now, version]) => {
        const readers = now.since === undefined ? [] : now.readers;
        return { report: parsePath(listedPath(VERSIONS[version], 'door', 'door', { ...now, readers })), config: its };
      }),
    },
  );
const hint = fc.option(
  fc.record({ event: fc.constantFrom('demand', 'unDemand', 'ready', 'notReady', 'read', 'unread') }),
  { nil: undefined },
);
const story = config.chain((its) =>
  fc.record({
    isExpected: fc.boolean(),
    looks: fc.array(fc.record({ glance: glance(its), hint, pauseMs: fc.nat(20_000) }), { maxLength: 25 }),
    last: glance(its),
  }),
);

interface World {
  facts: CameraFacts;
  memory: PathMemory | undefined;
  atMs: number;
  events: string[];
  readonly isExpected: boolean;
}

function see(
  world: World,
  { glance: now, hint: said, pauseMs }: { glance: Glance; hint?: Hint | undefined; pauseMs: number },
): void {
  world.atMs += pauseMs;
  const { memory, observations } = observePath(world.memory, world.facts, {
    ...now,
    hint: said,
    atMs: world.atMs,
    isExpected: world.isExpected,
  });
  world.memory = memory;
  for (const observation of observations) {
    const { facts, transitions } = reduce(world.facts, observation);
    world.facts = facts;
    world.events.push(...transitions.map(({ event }) => event));
  }
}

/** What the poll alone makes of the last glance, when bytes flow: of the feed, and of a camera that is expected to be there. */
function settled(world: World, last: Glance) {
  for (const pauseMs of [0, WAIT_LIMIT_MS]) {
    const report = last.report && { ...last.report, received: world.atMs + pauseMs };
    see(world, { glance: { ...last, report }, pauseMs });
  }
  const at = new Date(world.atMs).toISOString();
  const { ready, demanded, readers, online } = reduce(world.facts, { kind: 'time', at }).facts;
  return { ready, demanded, readers, ...(world.isExpected && { online }) };
}

const fresh = (isExpected: boolean): World => ({
  facts: UNSEEN,
  memory: undefined,
  atMs: 1_000_000,
  events: [],
  isExpected,
});

it('ends where the poll alone ends, whatever was hinted and seen before', () => {
  fc.assert(
    fc.property(story, ({ isExpected, looks, last }) => {
      const world = fresh(isExpected);
      for (const look of looks) see(world, look);
      expect(settled(world, last)).toEqual(settled(fresh(isExpected), last));
    }),
    { numRuns: 500 },
  );
});

it('alternates whatever comes: no event is told twice in a row', () => {
  fc.assert(
    fc.property(story, ({ isExpected, looks }) => {
      const world = fresh(isExpected);
      for (const look of looks) see(world, look);
      for (const [up, down] of [
        ['ready', 'notReady'],
        ['demand', 'unDemand'],
        ['offline', 'online'],
      ]) {
        const edges = world.events.filter((event) => event === up || event === down);
        expect(edges.every((event, index) => event === (index % 2 === 0 ? up : down))).toBe(true);
      }
    }),
  );
});

it('the same look twice makes no second event', () => {
  fc.assert(
    fc.property(story, ({ isExpected, looks, last }) => {
      const world = fresh(isExpected);
      for (const look of looks) see(world, look);
      see(world, { glance: last, pauseMs: 1 });
      const told = world.events.length;
      see(world, { glance: last, pauseMs: 1 });
      expect(world.events.length).toBe(told);
    }),
  );
});
