/**
 * Owns when an automation of Home Assistant runs: its triggers as Core 2026.11 has them, and those condition templates that were tried
 * there. It refuses all others.
 */

type Json = Readonly<Record<string, unknown>>;

export interface EntityState {
  readonly state: string;
  readonly attributes?: Json;
}

/** A change of the entity, in the surroundings that the conditions look at. */
export interface Change {
  /** Null: the entity was not there. */
  readonly from: EntityState | null;
  readonly to: EntityState;
  /** When the automation ran last; null: never. */
  readonly lastTriggered?: string | null;
  /** Nothing changes: Home Assistant has started, and finds it `to`. */
  readonly isStart?: boolean;
}

interface Facts extends Change {
  readonly id: string;
}

/** The ids of the triggers by which it runs; a trigger without one is called `trigger`. `for` is over. */
export function runsBy(body: Json, change: Change): string[] {
  const triggers = mapsIn(body['triggers']).map((trigger) => ({ ...trigger, id: String(trigger['id'] ?? 'trigger') }));
  const fired = triggers.filter((trigger) => isFired(trigger, change)).map(({ id }) => id);
  const conditions = mapsIn(body['conditions']).map(conditionOf);
  return fired.filter((id) => conditions.every((holds) => holds({ ...change, id })));
}

function isFired(trigger: Json, { from, to, isStart = false }: Change): boolean {
  if (isStart !== (trigger['trigger'] === 'homeassistant')) return false;
  if (isStart) return trigger['event'] === 'start';
  if (trigger['trigger'] === 'numeric_state') return isWithin(trigger, to) && !isWithin(trigger, from);
  const attribute = trigger['attribute'];
  if (typeof attribute === 'string') return from?.attributes?.[attribute] !== to.attributes?.[attribute];
  const isNamed = trigger['from'] !== undefined || trigger['to'] !== undefined;
  if (isNamed && from?.state === to.state) return false;
  return fits(trigger['from'], from?.state) && fits(trigger['to'], to.state);
}

function fits(wanted: unknown, state: string | undefined): boolean {
  return wanted === undefined || wanted === state;
}

/** What is no number is outside. */
function isWithin(
  { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY }: Json,
  at: EntityState | null,
) {
  const figure = Number.parseFloat(at?.state ?? '');
  return figure > Number(above) && figure < Number(below);
}

function conditionOf(condition: Json): (facts: Facts) => boolean {
  const template = String(condition['value_template']).replaceAll(/\s+/g, ' ');
  const tried = TRIED[template];
  if (condition['condition'] !== 'template' || !tried)
    throw new Error(`nobody has tried this condition in Home Assistant: ${template}`);
  return tried;
}

const ABSENT = ['unavailable', 'unknown'];
const isSeen = ({ id, from }: Facts) => id !== 'back' && from !== null && ['on', 'off'].includes(from.state);
/** As the blueprint's variables say; to be told of a recovery is its default. */
const isDown = ({ id, to }: Facts) => id === 'down' || id === 'loud' || (id === 'back' && to.state === 'on');
const isUp = ({ id, to }: Facts) => id === 'up' || (id === 'back' && to.state === 'off');
const seconds = (moment: unknown) => (typeof moment === 'string' ? Date.parse(moment) / 1000 : 0);

/** An event that is none: the entity came back, or went. */
const isEvent = ({ from, to }: Facts) =>
  from !== null && from.state !== 'unavailable' && !ABSENT.includes(to.state) && to.state !== from.state;

const TRIED: Readonly<Record<string, (facts: Facts) => boolean>> = {
  "{{ not state_attr(problem, 'quiet_until') and (trigger.id != 'loud' or is_state(problem, 'on') and trigger.from_state is not none and trigger.from_state.attributes.quiet_until) }}":
    ({ id, from, to }) =>
      !to.attributes?.['quiet_until'] &&
      (id !== 'loud' || (to.state === 'on' && Boolean(from?.attributes?.['quiet_until']))),
  "{% set seen = trigger.id != 'back' and trigger.from_state is not none and trigger.from_state.state in ['on', 'off'] %}{% set told = as_timestamp(this.attributes.last_triggered, 0) %}{% set began = as_timestamp(state_attr(problem, 'since'), 0) %}{% set ended = as_timestamp(state_attr(problem, 'until'), 0) %}{{ trigger.id == 'loud' or (is_down and (seen or told < began)) or (is_up and told > 0 and told >= began and (seen or told < ended)) }}":
    (facts) => {
      const { id, to, lastTriggered } = facts;
      const told = seconds(lastTriggered);
      const began = seconds(to.attributes?.['since']);
      const ended = seconds(to.attributes?.['until']);
      if (id === 'loud') return true;
      if (isDown(facts)) return isSeen(facts) || told < began;
      return isUp(facts) && told > 0 && told >= began && (isSeen(facts) || told < ended);
    },
  "{{ (trigger.id != 'back' and trigger.from_state is not none and trigger.from_state.state in ['on', 'off']) or as_timestamp(this.attributes.last_triggered, 0) < as_timestamp(state_attr(credentials, 'since'), 0) }}":
    (facts) => isSeen(facts) || seconds(facts.lastTriggered) < seconds(facts.to.attributes?.['since']),
  "{{ trigger.from_state is not none and trigger.from_state.state not in ['unavailable', 'unknown'] }}": ({ from }) =>
    from !== null && !ABSENT.includes(from.state),
  "{{ trigger.from_state is not none and trigger.from_state.state != 'unavailable' and trigger.to_state is not none and trigger.to_state.state not in ['unavailable', 'unknown'] and trigger.to_state.state != trigger.from_state.state and trigger.to_state.attributes.event_type == 'stalled' }}":
    (facts) => isEvent(facts) && facts.to.attributes?.['event_type'] === 'stalled',
  "{{ trigger.from_state is not none and trigger.from_state.state != 'unavailable' and trigger.to_state is not none and trigger.to_state.state not in ['unavailable', 'unknown'] and trigger.to_state.state != trigger.from_state.state and not trigger.to_state.attributes.quiet }}":
    (facts) => isEvent(facts) && !facts.to.attributes?.['quiet'],
};

function mapsIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
