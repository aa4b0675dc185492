/** Owns the trial of what MediaMTX or go2rtc has and does not send: it is got for a moment, which wakes it. */

import { useSignal } from '@preact/signals';
import type { Adoptable } from '../../../../protocol/entities/camera.ts';
import type { ProbeResult } from '../../../../protocol/entities/watching/probe.ts';
import { call } from '../../api.ts';
import { Button } from '../../parts/button.tsx';
import { may } from '../../status.ts';
import { ADD, FOUND_TRIAL } from './words.ts';

export function TryFound({ found: { mtx_path, stream } }: { readonly found: Adoptable }) {
  const finding = useSignal<ProbeResult['finding'] | undefined>(undefined);
  if (!may('probes', 'create')) return null;

  async function look(): Promise<void> {
    finding.value = undefined;
    finding.value = (await call('probes.create', stream === null ? { mtx_path } : { stream })).finding;
  }

  return (
    <div class="try-found">
      <Button kind="quiet" label={ADD('try.of', { path: mtx_path ?? stream ?? '' })} onPress={look}>
        {ADD('try')}
      </Button>
      <span class="trial" role="status" data-tone={finding.value === 'up' ? 'good' : undefined}>
        {finding.value && FOUND_TRIAL(finding.value)}
      </span>
    </div>
  );
}
