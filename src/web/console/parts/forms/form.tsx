/** Owns a form that is sent as a whole: what is refused stands at its field where it is of one, else above the buttons. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Refusal } from '../../api.ts';
import { refusalOf } from '../../loads.ts';
import { COMMON } from '../../words/common.ts';
import { refusalText, violationText } from '../../words/refusals.ts';
import { Button } from '../button.tsx';

/** What is wrong with the field that is called so in the payload. */
export type FaultOf = (...path: string[]) => string | undefined;

interface Props {
  readonly submit: string;
  /** Sends it. @throws Refusal */
  readonly onSubmit: () => Promise<unknown>;
  readonly onCancel?: () => void;
  readonly children: (faultOf: FaultOf) => ComponentChildren;
}

export function Form({ submit, onSubmit, onCancel, children }: Props) {
  const refusal = useSignal<Refusal | undefined>(undefined);
  const isBusy = useSignal(false);
  const faultOf: FaultOf = (...path) => {
    const wanted = ['payload', ...path].join('.');
    const violation = refusal.value?.details.find((each) => each.path.join('.') === wanted);
    return violation && violationText(violation);
  };

  async function send(): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    refusal.value = undefined;
    try {
      await onSubmit();
    } catch (error) {
      refusal.value = refusalOf(error);
    } finally {
      isBusy.value = false;
    }
  }

  return (
    <form
      class="form"
      method="post"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {children(faultOf)}
      <p class="fault" role="alert">
        {refusal.value && refusalText(refusal.value)}
      </p>
      <div class="actions">
        {onCancel && <Button onPress={onCancel}>{COMMON('cancel')}</Button>}
        <Button kind="primary" type="submit" busy={isBusy.value}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
