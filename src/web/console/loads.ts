/** Owns how a view asks for what it shows: when it appears, when what it depends on changes, and when the connection is there again. */

import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { Refusal } from './api.ts';
import { onConnect } from './live.ts';

export interface Load<Value> {
  /** The latest that is known; undefined before the first. */
  readonly value: Value | undefined;
  /** Why the latest question was not answered. */
  readonly fault: Refusal | undefined;
  reload(): Promise<void>;
}

/** @public for every view. @param by what the question depends on */
export function useLoad<Value>(load: () => Promise<Value>, by: readonly unknown[] = []): Load<Value> {
  const value = useSignal<Value | undefined>(undefined);
  const fault = useSignal<Refusal | undefined>(undefined);
  const asked = useRef(0);
  // The question is as new as what it depends on.
  const reload = useCallback(async () => {
    asked.current += 1;
    const mine = asked.current;
    try {
      const answer = await load();
      if (mine !== asked.current) return;
      value.value = answer;
      fault.value = undefined;
    } catch (error) {
      if (mine === asked.current) fault.value = refusalOf(error);
    }
  }, by);
  useEffect(() => {
    void reload();
    return onConnect(() => void reload());
  }, [reload]);
  return { value: value.value, fault: fault.value, reload };
}

export function refusalOf(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('internal', String(error));
}
