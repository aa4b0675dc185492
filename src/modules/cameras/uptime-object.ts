/** Owns how the wire shows for how long a camera was up: whole seconds that still are the window together. */

import type { History } from '../../core/outages/history.ts';
import type { Uptime } from '../../core/outages/uptime.ts';
import type { UptimeInfo } from '../../protocol/entities/outage.ts';

export function uptimeObject(uptime: ReturnType<History['uptime']>): UptimeInfo {
  return { '24h': shown(uptime['24h']), '7d': shown(uptime['7d']), '30d': shown(uptime['30d']) };
}

function shown({ upMs, downMs, blindMs, ratio }: Uptime): UptimeInfo['24h'] {
  const whole = (upMs + downMs + blindMs) / 1000;
  const down = Math.floor(downMs / 1000);
  const blind = Math.floor(blindMs / 1000);
  return { ratio, up: whole - down - blind, down, blind };
}
