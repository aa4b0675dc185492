/** Owns how Home Assistant is told what came of the last button or switch: where it was used, with the reason of a refusal. Pure. */

import { type Component, entity, type Named, shownValue } from './device.ts';

/** What came of a command. */
export interface Answer {
  /** Which one it was. */
  readonly action: string;
  /** Why it was not done, for a person; undefined: it was. */
  readonly refusal: string | undefined;
  /** ISO 8601. */
  readonly at: string;
}

/** Core takes no longer states. */
const MAX_STATE = 255;

/** @param topic where `answerState` is shown */
export function answerEntity(named: Named, topic: string): Record<string, Component> {
  return {
    answer: entity(named, 'answer', 'sensor', 'Last action', {
      icon: 'mdi:message-reply-text-outline',
      entity_category: 'diagnostic',
      state_topic: topic,
      value_template: shownValue('answer'),
      json_attributes_topic: topic,
      json_attributes_template:
        "{% set known = value_json is defined %}{{ {'action': value_json.answer_to | default(none) if known else none, " +
        "'at': value_json.answer_at | default(none) if known else none} | to_json }}",
    }),
  };
}

/** @param answer undefined: nothing was asked for since the start */
export function answerState(answer: Answer | undefined): object {
  const { action = null, at = null } = answer ?? {};
  const text = answer ? (answer.refusal ?? 'done') : null;
  return { answer: text?.slice(0, MAX_STATE) ?? null, answer_to: action, answer_at: at };
}
