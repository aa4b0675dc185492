/** Owns short messages at the edge: what was done, with the way back where there is one, and what was refused, with its code behind the details. */

import { signal } from '@preact/signals';
import { X } from 'lucide';
import type { Refusal } from '../../api.ts';
import { refusalOf } from '../../loads.ts';
import { COMMON } from '../../words/common.ts';
import { refusalText } from '../../words/refusals.ts';
import { Icon } from '../icon.tsx';

interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
  readonly details?: string;
  readonly undo?: () => unknown;
}

const SHOWN_MS = 6000;
const WITH_UNDO_MS = 12_000;
const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** @param undo takes it back: the kind of confirmation that asks nothing before */
export function done(text: string, undo?: () => unknown): void {
  show({ tone: 'good', text, ...(undo && { undo }) }, undo ? WITH_UNDO_MS : SHOWN_MS);
}

/** Stays until somebody has read it. */
export function refused(refusal: Refusal): void {
  show({ tone: 'bad', text: refusalText(refusal), details: `${refusal.code}: ${refusal.message}` });
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, tone, text, details, undo }) => (
        <div key={id} class="toast" data-tone={tone}>
          <div>
            <p>{text}</p>
            {details !== undefined && (
              <details>
                <summary>{COMMON('details')}</summary>
                <code>{details}</code>
              </details>
            )}
          </div>
          {undo && (
            <button type="button" class="button quiet" onClick={() => void takeBack(id, undo)}>
              {COMMON('undo')}
            </button>
          )}
          <button type="button" class="button quiet bare" aria-label={COMMON('close')} onClick={() => end(id)}>
            <Icon shape={X} />
          </button>
        </div>
      ))}
    </div>
  );
}

async function takeBack(id: number, undo: () => unknown): Promise<void> {
  end(id);
  try {
    await undo();
    done(COMMON('undone'));
  } catch (error) {
    refused(refusalOf(error));
  }
}

function show(toast: Omit<Toast, 'id'>, ms?: number): void {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value, { id, ...toast }].slice(-3);
  if (ms !== undefined) setTimeout(() => end(id), ms);
}

function end(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}
