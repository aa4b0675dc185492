/** Owns what can be done to several MQTT accounts at once: with progress that can be stopped, and a way back where there is one. */

import type { Signal } from '@preact/signals';
import { Ban, Check, Trash2, X } from 'lucide';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { call } from '../../api.ts';
import { Button } from '../../parts/button.tsx';
import { confirmTyped } from '../../parts/messages/confirm.tsx';
import { doToAll } from '../../parts/messages/progress.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { mayOwn } from '../../status.ts';
import { ACCOUNTS } from './words.ts';

/** By id. */
export type Selection = ReadonlyMap<string, Instance>;

interface Props {
  readonly selection: Signal<Selection>;
  readonly onChanged: () => void;
}

export function Bulk({ selection, onChanged }: Props) {
  const chosen = [...selection.value.values()];
  const n = chosen.length;
  if (n === 0) return null;

  async function turn(accounts: readonly Instance[], isOn: boolean): Promise<readonly Instance[]> {
    const different = accounts.filter(({ enabled }) => enabled !== isOn);
    const title = ACCOUNTS(isOn ? 'turningOn' : 'turningOff');
    return doToAll(title, different, ({ _id }) => call('instances.update', { enabled: isOn }, _id));
  }

  async function turnAll(isOn: boolean): Promise<void> {
    const turned = await turn(chosen, isOn);
    onChanged();
    done(ACCOUNTS(isOn ? 'turnedOn' : 'turnedOff', { n: turned.length }), async () => {
      const back = turned.map((account) => ({ ...account, enabled: isOn }));
      await turn(back, !isOn);
      onChanged();
    });
  }

  async function removeAll(): Promise<void> {
    const title = ACCOUNTS('deleteAll.title', { n });
    const consequence = ACCOUNTS('delete.consequence');
    if (!(await confirmTyped({ title, consequence, verb: ACCOUNTS('delete'), word: String(n) }))) return;
    const removed = await doToAll(ACCOUNTS('deleting'), chosen, ({ _id }) => call('instances.delete', undefined, _id));
    onChanged();
    done(ACCOUNTS('deletedAll', { n: removed.length }));
  }

  return (
    <section class="bulk" aria-label={ACCOUNTS('chosen', { n })}>
      <strong role="status">{ACCOUNTS('chosen', { n })}</strong>
      <Button icon={Ban} onPress={() => turnAll(false)}>
        {ACCOUNTS('turnOff')}
      </Button>
      <Button icon={Check} onPress={() => turnAll(true)}>
        {ACCOUNTS('turnOn')}
      </Button>
      {mayOwn('instances', 'delete') && (
        <Button icon={Trash2} onPress={removeAll}>
          {ACCOUNTS('delete')}
        </Button>
      )}
      <Button kind="quiet" icon={X} label={ACCOUNTS('chooseNone')} onPress={() => (selection.value = new Map())} />
    </section>
  );
}
