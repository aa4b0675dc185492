/** Owns the one word for how an MQTT account is. */

import { Ban, Check, Clock, Trash2 } from 'lucide';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { nowMs } from '../../clock.ts';
import { Badge } from '../../parts/badge.tsx';
import { ACCOUNTS } from './words.ts';

export function Standing({ account: { status, enabled, expires_at } }: { readonly account: Instance }) {
  if (status === 'deleting') return <Badge tone="soft" icon={Trash2} text={ACCOUNTS('is.deleting')} />;
  if (!enabled) return <Badge tone="soft" icon={Ban} text={ACCOUNTS('is.off')} />;
  const isOver = expires_at !== null && Date.parse(expires_at) <= nowMs();
  if (isOver) return <Badge tone="warn" icon={Clock} text={ACCOUNTS('is.expired')} />;
  return <Badge tone="good" icon={Check} text={ACCOUNTS('is.active')} />;
}

export function nameOf({ label, user }: Pick<Instance, 'label' | 'user'>): string {
  return label ?? user;
}
