/** Owns what is shown until an answer is there, and instead of it: bars after a moment, or why there is none with the way to ask again. */

import type { ComponentChildren } from 'preact';
import type { Load } from '../loads.ts';
import { COMMON } from '../words/common.ts';
import { refusalText } from '../words/refusals.ts';
import { Button } from './button.tsx';

interface Props<Value> {
  readonly load: Load<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** What is known already stays while it cannot be asked for again. */
export function Loaded<Value>({ load: { value, fault, reload }, children }: Props<Value>) {
  if (value !== undefined) return <>{children(value)}</>;
  if (!fault) return <Skeleton />;
  return (
    <div class="empty" role="alert">
      <p>{refusalText(fault)}</p>
      <Button onPress={reload}>{COMMON('again')}</Button>
    </div>
  );
}

/** @param rows about as many as there will be, so that nothing jumps */
export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={COMMON('loading')}>
      {Array.from({ length: rows }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}
