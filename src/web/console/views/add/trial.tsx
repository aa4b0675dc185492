/** Owns whether an address is any good, said while somebody types: the camera is looked at as soon as the typing stops. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ProbeResult } from '../../../../protocol/entities/watching/probe.ts';
import { call } from '../../api.ts';
import { may } from '../../status.ts';
import { kindOf } from './names.ts';
import { TRIAL } from './words.ts';

const STOPPED_MS = 800;

export function Trial({ url }: { readonly url: string }) {
  const finding = useSignal<ProbeResult['finding'] | 'looking' | undefined>(undefined);

  useEffect(() => {
    finding.value = undefined;
    if (!may('probes', 'create') || !isWhole(url)) return;
    let isOld = false;
    const timer = setTimeout(async () => {
      finding.value = 'looking';
      const found = await look(url.trim());
      if (!isOld) finding.value = found;
    }, STOPPED_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [url, finding]);

  return (
    <p class="trial" role="status" data-tone={finding.value === 'up' ? 'good' : undefined}>
      {finding.value && TRIAL(finding.value)}
    </p>
  );
}

/** Nothing is said where the service does not look: adding it will tell. */
async function look(url: string): Promise<ProbeResult['finding'] | undefined> {
  try {
    return (await call('probes.create', { url })).finding;
  } catch {
    return undefined;
  }
}

/** Whether it is worth asking: half an address is wrong in any case. */
function isWhole(url: string): boolean {
  if (kindOf(url) !== 'rtsp' || !URL.canParse(url.trim())) return false;
  const { protocol, host } = new URL(url.trim());
  return /^rtsps?:$/.test(protocol) && host !== '';
}
