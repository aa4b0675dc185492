/** Owns how Home Assistant is told of a camera's past: how long it was up, and when it was down last. Pure. */

import type { History } from '../../core/outages/history.ts';
import type { WindowName } from '../../core/outages/uptime.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { type Component, entity, type Named, shownValue } from './device.ts';
import type { Name } from './names.ts';

const WINDOWS: Readonly<Record<WindowName, Name>> = {
  '24h': 'Uptime 24 hours',
  '7d': 'Uptime 7 days',
  '30d': 'Uptime 30 days',
};
const ATTRIBUTES =
  "{% set known = value_json is defined %}{{ {'reason': value_json.last_outage_reason | default(none) if known else none, " +
  "'until': value_json.last_outage_until | default(none) if known else none} | to_json }}";

/** @param topic where `outageState` is shown */
export function outageEntities(named: Named, topic: string): Record<string, Component> {
  const shown = { entity_category: 'diagnostic', state_topic: topic };
  const uptimes = Object.entries(WINDOWS).map(([window, name]) => {
    const key = `uptime_${window}`;
    const options = { ...shown, icon: 'mdi:percent-outline', unit_of_measurement: '%', state_class: 'measurement' };
    return [key, entity(named, key, 'sensor', name, { ...options, value_template: shownValue(key) })] as const;
  });
  return {
    ...Object.fromEntries(uptimes),
    last_outage: entity(named, 'last_outage', 'sensor', 'Last outage', {
      ...shown,
      device_class: 'timestamp',
      value_template: shownValue('last_outage'),
      json_attributes_topic: topic,
      json_attributes_template: ATTRIBUTES,
    }),
  };
}

export function outageState(history: Pick<History, 'uptime' | 'lastFall'>, cameraId: string): object {
  const uptime = history.uptime(cameraId);
  const fall = history.lastFall(cameraId);
  const iso = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : isoZulu(ms));
  return {
    uptime_24h: percent(uptime['24h'].ratio),
    uptime_7d: percent(uptime['7d'].ratio),
    uptime_30d: percent(uptime['30d'].ratio),
    last_outage: iso(fall?.fellMs),
    last_outage_until: iso(fall?.toMs),
    last_outage_reason: fall?.reason ?? null,
  };
}

/** Rounded down: 100 is said of a camera that was never down. */
function percent(ratio: number | null): number | null {
  return ratio === null ? null : Math.floor(ratio * 10_000) / 100;
}
