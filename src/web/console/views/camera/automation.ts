/** Owns the automation for Home Assistant that tells of one camera: down, and back again. Pure. */

import { type EventTopicMode, topicsOf } from '../../../../protocol/topics.ts';

interface About {
  readonly id: number;
  readonly baseTopic: string;
  readonly eventTopics: EventTopicMode;
}

/** YAML. The name stands in no template: Home Assistant takes it out of the event. */
export function automationFor({ id, baseTopic, eventTopics }: About, alias: string): string {
  const [topic = ''] = topicsOf(baseTopic, eventTopics).event('camera', id, 'offline');
  const note = `nestmtx_camera_${id}_down`;
  return `alias: ${JSON.stringify(alias)}
mode: queued
triggers:
  - trigger: mqtt
    topic: ${JSON.stringify(topic)}
    id: down
  - trigger: mqtt
    topic: ${JSON.stringify(topic.replace(/offline$/, 'online'))}
    id: back
conditions:
  - condition: template
    value_template: "{{ not trigger.payload_json.details.quiet | default(false) }}"
actions:
  - if:
      - condition: trigger
        id: down
    then:
      - action: persistent_notification.create
        data:
          notification_id: ${note}
          title: "{{ trigger.payload_json.details.name }}"
          message: "{{ trigger.payload_json.details.reason }}"
    else:
      - action: persistent_notification.dismiss
        data:
          notification_id: ${note}
`;
}
