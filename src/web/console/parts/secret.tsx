/** Owns how a secret is shown: as dots, in clear for ten seconds, copied without being shown; a new one until somebody has it. */

import { useSignal } from '@preact/signals';
import { Eye, EyeOff } from 'lucide';
import { useEffect } from 'preact/hooks';
import { COMMON } from '../words/common.ts';
import { Button } from './button.tsx';
import { Copy } from './copy.tsx';

const SHOWN_MS = 10_000;

interface Props {
  readonly text: string;
  /** "Password", "Token". */
  readonly what: string;
  /** It was made just now, and is shown this once: called when somebody has it. */
  readonly onKept?: () => void;
}

export function Secret({ text, what, onKept }: Props) {
  const isShown = useSignal(false);
  useEffect(() => {
    if (!isShown.value) return;
    const timer = setTimeout(() => (isShown.value = false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isShown.value]);
  return (
    <span class="secret">
      {isShown.value || onKept ? (
        <code>{text}</code>
      ) : (
        <span role="img" aria-label={`${what}: ${COMMON('secret')}`}>
          ••••••••••
        </span>
      )}
      {!onKept && (
        <Button
          kind="quiet"
          icon={isShown.value ? EyeOff : Eye}
          label={`${what}: ${COMMON(isShown.value ? 'hide' : 'reveal')}`}
          onPress={() => (isShown.value = !isShown.value)}
        />
      )}
      <Copy text={text} what={what} />
      {onKept && (
        <Button kind="primary" onPress={onKept}>
          {COMMON('kept')}
        </Button>
      )}
    </span>
  );
}
