/** Owns work on many things at once: one after the other, with how far it is, and the way to stop it. What was done stays done. */

import { signal } from '@preact/signals';
import { refusalOf } from '../../loads.ts';
import { COMMON } from '../../words/common.ts';
import { Button } from '../button.tsx';
import { Dialog } from './dialog.tsx';
import { refused } from './toast.tsx';

interface Work {
  readonly title: string;
  readonly done: number;
  readonly total: number;
  readonly stop: () => void;
}

const current = signal<Work | undefined>(undefined);

/** @returns those it was done to; the first that is refused is told, and the others go on */
export async function doToAll<Item>(
  title: string,
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
): Promise<readonly Item[]> {
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  const finished: Item[] = [];
  let isTold = false;
  for (const [at, item] of items.entries()) {
    if (isStopped) break;
    current.value = { title, done: at, total: items.length, stop };
    try {
      await act(item);
      finished.push(item);
    } catch (error) {
      if (!isTold) refused(refusalOf(error));
      isTold = true;
    }
  }
  current.value = undefined;
  return finished;
}

/** To stand once in the page. */
export function ProgressOfMany() {
  const work = current.value;
  if (!work) return null;
  return (
    <Dialog title={work.title} onClose={work.stop}>
      <Progress done={work.done} total={work.total} />
      <div class="actions">
        <Button onPress={work.stop}>{COMMON('cancel')}</Button>
      </div>
    </Dialog>
  );
}

interface ProgressProps {
  readonly done: number;
  /** Null while nobody knows. */
  readonly total: number | null;
}

export function Progress({ done, total }: ProgressProps) {
  const text = total === null ? COMMON('working') : COMMON('doneOf', { done, total });
  return (
    <p class="progress">
      <progress {...(total === null ? {} : { value: done, max: total })} aria-label={text} />
      <span class="hint">{text}</span>
    </p>
  );
}
