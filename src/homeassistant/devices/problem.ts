/** Owns how Home Assistant is told what is wrong with a camera, and when that began and ended: after an absence it must not be taken for news. Pure. */

import type { Outage } from '../../core/outages/outage.ts';
import { isoZulu } from '../../core/wire-time.ts';
import type { CameraState } from '../../protocol/events.ts';
import { type Component, entity, type Named } from './device.ts';

export interface ProblemState {
  readonly reason: string | null;
  readonly quiet_until: string | null;
  /** ISO 8601: when what is wrong now, or was wrong last, began. */
  readonly since: string | null;
  /** When it ended; null while it lasts. */
  readonly until: string | null;
}

const ATTRIBUTES =
  '{% set problem = (value_json.problem if value_json is defined else none) or {} %}' +
  "{{ {'reason': problem.reason | default(none), 'quiet_until': problem.quiet_until | default(none), " +
  "'since': problem.since | default(none), 'until': problem.until | default(none)} | to_json }}";

/** @param topic where `problemState` is shown, under the key `problem` */
export function problemEntity(named: Named, stateTopic: string, topic: string): Component {
  return entity(named, 'problem', 'binary_sensor', 'Problem', {
    device_class: 'problem',
    entity_category: 'diagnostic',
    state_topic: stateTopic,
    // Where nobody can tell, whoever cannot be asked is the problem, and not the camera.
    value_template: `{% if value_json is defined %}{{ 'OFF' if not value_json.reason else 'None' if value_json.online is none else 'ON' }}{% endif %}`,
    json_attributes_topic: topic,
    json_attributes_template: ATTRIBUTES,
  });
}

/** @param fall the last time that the camera was down */
export function problemState(state: CameraState | undefined, fall: Outage | undefined): ProblemState {
  const { reason = null, quietUntil: quiet_until = null, online = null } = state ?? {};
  const fellMs = fall?.fellMs;
  const fell = fellMs === undefined || fellMs === null ? null : isoZulu(fellMs);
  // Not every trouble is an outage: a feed may be there that somebody refuses to extend.
  if (reason !== null && online === true) return { reason, quiet_until, since: state?.since ?? null, until: null };
  return { reason, quiet_until, since: fell, until: fall?.toMs ? isoZulu(fall.toMs) : null };
}
