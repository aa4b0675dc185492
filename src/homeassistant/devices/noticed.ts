/** Owns what Home Assistant is told of what a camera itself notices: entities for motion and doorbell, and triggers. Pure. */

import type { NoticedEvent } from '../../protocol/events.ts';
import { type Component, entity, eventTrigger, type Named } from './device.ts';

const TRIGGERS: Readonly<Record<NoticedEvent, readonly [string, string]>> = {
  motion: ['camera', 'noticed motion'],
  person: ['camera', 'noticed a person'],
  sound: ['camera', 'noticed a sound'],
  chime: ['doorbell', 'rang'],
};

/** Nobody shall run to the door for a bell that rang an hour ago: what comes late is shown by the event entity alone. */
const IS_LATE = '(value_json.details | default({}, true)).late | default(false)';

/** @param noticed what this camera may notice */
export function noticedComponents(
  named: Named,
  filter: string,
  noticed: readonly NoticedEvent[],
): Record<string, Component> {
  const seen = noticed.filter((event) => event !== 'chime');
  return {
    ...(seen.length > 0 && {
      motion: entity(named, 'motion', 'event', 'Motion', {
        device_class: 'motion',
        state_topic: filter,
        event_types: seen,
        value_template: momentOf(`value_json.event in ${JSON.stringify(seen)}`, 'value_json.event'),
      }),
    }),
    ...(noticed.includes('chime') && {
      doorbell: entity(named, 'doorbell', 'event', 'Doorbell', {
        device_class: 'doorbell',
        state_topic: filter,
        // Home Assistant's own word for it.
        event_types: ['ring'],
        value_template: momentOf("value_json.event == 'chime'", "'ring'"),
      }),
    }),
    ...Object.fromEntries(noticed.map((event) => [`on_${event}`, trigger(event, filter)])),
  };
}

function momentOf(condition: string, type: string): string {
  const told = `{'event_type': ${type}, 'at': value_json.at | default(none)}`;
  return `{% if ${condition} and not ${IS_LATE} %}{{ ${told} | to_json }}{% endif %}`;
}

function trigger(event: NoticedEvent, filter: string): Component {
  const template = `{{ '' if ${IS_LATE} else value_json.event }}`;
  // In follow mode there are none of these.
  return eventTrigger(event, TRIGGERS[event], filter, { follows: false }, template);
}
