/** Owns the answer to "may it?": whether an MQTT account may publish or subscribe to a topic, and by which rule. */

import { useSignal } from '@preact/signals';
import { Ban, Check } from 'lucide';
import type { Instance } from '../../../../../protocol/entities/instance.ts';
import { Badge } from '../../../parts/badge.tsx';
import { TextField } from '../../../parts/forms/field.tsx';
import { Form } from '../../../parts/forms/form.tsx';
import { ACCOUNTS } from '../words.ts';
import { mayUse, type TopicAnswer } from './rest.ts';
import { RULES } from './rules.ts';

const ACTIONS = ['publish', 'subscribe'] as const;

export function TopicTester({ account: { _id: id, user } }: { readonly account: Instance }) {
  const topic = useSignal(`${user}/example`);
  const answers = useSignal<readonly TopicAnswer[]>([]);

  async function test(): Promise<void> {
    answers.value = await Promise.all(ACTIONS.map((action) => mayUse(id, action, topic.value)));
  }

  return (
    <Form submit={ACCOUNTS('test')} onSubmit={test}>
      {() => (
        <>
          <TextField
            label={ACCOUNTS('topic')}
            hint={ACCOUNTS('topic.hint', { user })}
            value={topic.value}
            onInput={(text) => {
              topic.value = text;
              answers.value = [];
            }}
          />
          <ul class="plain-list" aria-live="polite">
            {answers.value.map(({ allowed, rule: reason }, at) => (
              <li key={ACTIONS[at]}>
                <Badge
                  tone={allowed ? 'good' : 'bad'}
                  icon={allowed ? Check : Ban}
                  text={ACCOUNTS(`may.${ACTIONS[at] ?? 'publish'}.${allowed ? 'yes' : 'no'}`)}
                />
                <span class="hint">{RULES.knows(reason) ? RULES(reason) : reason}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Form>
  );
}
