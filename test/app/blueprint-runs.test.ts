/** Pins when each blueprint runs: from which state to which, by each of its triggers. A return from an absence is no change. */

import { describe, expect, it } from 'vitest';
import { type EntityState, runsBy } from '../support/home-assistant/automation.ts';
import { BLUEPRINT_FILES, readBlueprint } from '../support/home-assistant/blueprint.ts';

const ABSENT = ['absent', 'unavailable', 'unknown'];
const EARLIER = '2026-11-21T09:00:00.000Z';
const BEGAN = '2026-11-21T10:00:00.000Z';
const MEANWHILE = '2026-11-21T10:30:00.000Z';
const ENDED = '2026-11-21T11:00:00.000Z';
const LATER = '2026-11-21T12:00:00.000Z';

interface Surroundings {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly lastTriggered?: string | null;
}

/** Every change between these states by which it runs, as `trigger: from -> to`. */
function runsOf(file: string, states: readonly string[], { attributes = {}, ...rest }: Surroundings = {}): string[] {
  const { body } = readBlueprint(file);
  const at = (state: string): EntityState => (ABSENT.includes(state) ? { state } : { state, attributes });
  const changes = states.flatMap((from) => states.map((to) => [from, to] as const));
  return changes
    .filter(([from, to]) => from !== to && to !== 'absent')
    .flatMap(([from, to]) => {
      const change = { from: from === 'absent' ? null : at(from), to: at(to), ...rest };
      return runsBy(body, change).map((id) => `${id}: ${from} -> ${to}`);
    });
}

const tried = new Set<string>();
function table(file: string, rows: () => void): void {
  tried.add(file);
  describe(`${file} runs`, rows);
}

const SWITCHED = [...ABSENT, 'off', 'on'];

table('feed_watch.yaml', () => {
  it('when the feed comes or goes before its eyes', () => {
    expect(runsOf('feed_watch.yaml', SWITCHED)).toEqual(['ready: off -> on', 'not_ready: on -> off']);
  });
});

table('camera_down_notification.yaml', () => {
  const runs = (surroundings: Surroundings) => runsOf('camera_down_notification.yaml', SWITCHED, surroundings);
  const since = { since: BEGAN, until: null, reason: 'refused' };

  it('when a camera falls, and on a return when it fell after the last time that something was told', () => {
    const returns = ABSENT.map((from) => `down: ${from} -> on`);
    expect(runs({ attributes: since, lastTriggered: null })).toEqual([...returns, 'down: off -> on']);
    expect(runs({ attributes: since, lastTriggered: EARLIER })).toEqual([...returns, 'down: off -> on']);
  });

  it('not again on a return while it is still down, and when it stands up', () => {
    expect(runs({ attributes: since, lastTriggered: MEANWHILE })).toEqual(['down: off -> on', 'up: on -> off']);
  });

  it('on a return when it stood up after it was told as down, once', () => {
    const attributes = { ...since, until: ENDED };
    const returns = ABSENT.map((from) => `up: ${from} -> off`);
    expect(runs({ attributes, lastTriggered: MEANWHILE })).toEqual([...returns, 'down: off -> on', 'up: on -> off']);
    expect(runs({ attributes, lastTriggered: LATER })).toEqual(['down: off -> on', 'up: on -> off']);
  });

  it('when Home Assistant starts and finds what was not told yet', () => {
    const { body } = readBlueprint('camera_down_notification.yaml');
    const found = (state: string, attributes: object, lastTriggered: string | null) =>
      runsBy(body, {
        from: null,
        to: { state, attributes: { ...since, ...attributes } },
        lastTriggered,
        isStart: true,
      });
    expect(found('on', {}, EARLIER)).toEqual(['back']);
    expect(found('on', {}, MEANWHILE)).toEqual([]);
    expect(found('off', { until: ENDED }, MEANWHILE)).toEqual(['back']);
    expect(found('off', { until: ENDED }, LATER)).toEqual([]);
    expect(found('unavailable', {}, EARLIER)).toEqual([]);
  });

  it('on no return when nothing was ever wrong', () => {
    const attributes = { since: null, until: null, reason: null };
    expect(runs({ attributes, lastTriggered: null })).toEqual(['down: off -> on']);
    expect(runs({ attributes, lastTriggered: EARLIER })).toEqual(['down: off -> on', 'up: on -> off']);
  });

  it('not while it is quiet, and when the quiet ends before its eyes and it is still down', () => {
    expect(runs({ attributes: { ...since, quiet_until: LATER } })).toEqual([]);
    const { body } = readBlueprint('camera_down_notification.yaml');
    const quiet = { state: 'on', attributes: { ...since, quiet_until: LATER } };
    const loud = { state: 'on', attributes: since };
    const lastTriggered = MEANWHILE;
    expect(runsBy(body, { from: quiet, to: loud, lastTriggered })).toEqual(['loud']);
    expect(runsBy(body, { from: loud, to: quiet, lastTriggered })).toEqual([]);
    expect(runsBy(body, { from: { state: 'unavailable' }, to: quiet, lastTriggered })).toEqual([]);
    expect(runsBy(body, { from: { state: 'unavailable' }, to: loud, lastTriggered })).toEqual([]);
  });
});

table('credentials_attention.yaml', () => {
  const runs = (lastTriggered: string | null) =>
    runsOf('credentials_attention.yaml', SWITCHED, { attributes: { since: BEGAN }, lastTriggered });

  it('when somebody must authorise and when that is done, and on a return only what is new', () => {
    expect(runs(LATER)).toEqual(['attention: off -> on', 'settled: on -> off']);
    const returns = ABSENT.map((from) => `attention: ${from} -> on`);
    expect(runs(EARLIER)).toEqual([...returns, 'attention: off -> on', 'settled: on -> off']);
    expect(runs(null)).toEqual([...returns, 'attention: off -> on', 'settled: on -> off']);
    const { body } = readBlueprint('credentials_attention.yaml');
    const found = (lastTriggered: string) =>
      runsBy(body, { from: null, to: { state: 'on', attributes: { since: BEGAN } }, lastTriggered, isStart: true });
    expect([found(EARLIER), found(LATER)]).toEqual([['back'], []]);
  });
});

table('someone_watching.yaml', () => {
  it('when somebody comes and when nobody is left, and on no return', () => {
    expect(runsOf('someone_watching.yaml', [...ABSENT, '0', '1', '2'])).toEqual([
      'watched: 0 -> 1',
      'watched: 0 -> 2',
      'alone: 1 -> 0',
      'alone: 2 -> 0',
    ]);
  });
});

const MOMENTS = [...ABSENT, BEGAN, LATER];
/** The first event of all comes from `unknown`; an old one never does. */
const EVENTS = [`unknown -> ${BEGAN}`, `unknown -> ${LATER}`, `${BEGAN} -> ${LATER}`, `${LATER} -> ${BEGAN}`];
const EACH = EVENTS.map((change) => `trigger: ${change}`);

table('stall_restart.yaml', () => {
  it('on each stall, and on no return of an old one', () => {
    expect(runsOf('stall_restart.yaml', MOMENTS, { attributes: { event_type: 'stalled' } })).toEqual(EACH);
    expect(runsOf('stall_restart.yaml', MOMENTS, { attributes: { event_type: 'ready' } })).toEqual([]);
  });
});

table('source_down_notification.yaml', () => {
  it('on each event that is not quiet, and on no return of an old one', () => {
    expect(runsOf('source_down_notification.yaml', MOMENTS, { attributes: { event_type: 'offline' } })).toEqual(EACH);
    expect(runsOf('source_down_notification.yaml', MOMENTS, { attributes: { quiet: true } })).toEqual([]);
  });
});

it('there is such a table for every blueprint', () => {
  expect([...tried].sort()).toEqual([...BLUEPRINT_FILES].sort());
});
