/**
 * Owns the questions before something is done. There are three kinds of confirmation and no others: done at once with a way back
 * (`done` of toast.tsx), asked once with what follows from it, and a word to type for what cannot come back.
 */

import { signal, useSignal } from '@preact/signals';
import { COMMON } from '../../words/common.ts';
import { contained } from '../../words/direction.ts';
import { Button } from '../button.tsx';
import { TextField } from '../forms/field.tsx';
import { Dialog } from './dialog.tsx';

interface Question {
  readonly title: string;
  /** What follows from it, with numbers: "2 people watch it at the moment." */
  readonly consequence: string;
  /** On the button: "Restart", "Delete camera". */
  readonly verb: string;
  /** To be typed, such as the name of what goes for ever. */
  readonly word?: string;
}

interface Asked extends Question {
  readonly answer: (is: boolean) => void;
}

const asked = signal<Asked | undefined>(undefined);

export function confirmOnce(question: Omit<Question, 'word'>): Promise<boolean> {
  return ask(question);
}

export function confirmTyped(question: Question & { readonly word: string }): Promise<boolean> {
  return ask(question);
}

/** To stand once in the page. */
export function Confirmations() {
  return asked.value && <Confirmation key={asked.value.title} {...asked.value} />;
}

function Confirmation({ title, consequence, verb, word, answer }: Asked) {
  const typed = useSignal('');
  // Nobody types what is not drawn.
  const isReady = word === undefined || contained(typed.value) === contained(word);
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) answer(true);
        }}
      >
        <p>{consequence}</p>
        {word !== undefined && (
          <TextField
            label={COMMON('typeWord', { word })}
            value={typed.value}
            onInput={(text) => (typed.value = text)}
          />
        )}
        <div class="actions">
          <Button onPress={() => answer(false)}>{COMMON('cancel')}</Button>
          <button type="submit" class={`button ${word === undefined ? 'primary' : 'danger'}`} aria-disabled={!isReady}>
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function ask(question: Question): Promise<boolean> {
  asked.peek()?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (is) => {
        asked.value = undefined;
        resolve(is);
      },
    };
  });
}
