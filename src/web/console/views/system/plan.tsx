/** Owns what would move in: each thing with what becomes of it, and the choice to let it come. */

import { useSignal } from '@preact/signals';
import { Ban, Check, Minus } from 'lucide';
import type { ImportPlan } from '../../../../protocol/entities/system/imports.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { CheckField } from '../../parts/forms/field.tsx';
import { COMMON } from '../../words/common.ts';
import { SYSTEM } from './words.ts';

interface Props {
  readonly plan: ImportPlan;
  readonly onRun: (skipRefused: boolean) => Promise<void>;
  readonly onCancel: () => void;
}

const FATES = {
  new: { tone: 'good', icon: Check },
  here: { tone: 'soft', icon: Minus },
  refused: { tone: 'bad', icon: Ban },
} as const;

export function PlanOfImport({ plan: { steps }, onRun, onCancel }: Props) {
  const skips = useSignal(false);
  const count = (fate: keyof typeof FATES) => steps.filter((step) => step.fate === fate).length;
  const [coming, refused] = [count('new'), count('refused')];
  return (
    <section aria-labelledby="plan-title">
      <h2 id="plan-title">{SYSTEM('plan', { n: coming })}</h2>
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{SYSTEM('plan.what')}</th>
              <th scope="col">{SYSTEM('plan.name')}</th>
              <th scope="col">{SYSTEM('plan.fate')}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ kind, name, fate, note }, at) => (
              <tr key={at}>
                <td>{SYSTEM(`kind.${kind}`)}</td>
                <td>{name}</td>
                <td>
                  <Badge {...FATES[fate]} text={SYSTEM(`fate.${fate}`)} />
                  {fate === 'refused' && <p class="hint">{note}</p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {refused > 0 && (
        <CheckField
          label={SYSTEM('plan.skip', { n: refused })}
          checked={skips.value}
          onChange={(is) => (skips.value = is)}
        />
      )}
      <div class="actions">
        <Button onPress={onCancel}>{COMMON('cancel')}</Button>
        {coming > 0 && (refused === 0 || skips.value) && (
          <Button kind="primary" onPress={() => onRun(skips.value)}>
            {SYSTEM('import.run')}
          </Button>
        )}
      </div>
    </section>
  );
}
