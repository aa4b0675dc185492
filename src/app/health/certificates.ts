/** Owns when the certificates end that somebody gave us. Those of our own making are renewed by themselves. */

import { readFileSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../core/ports.ts';
import type { Check } from '../../protocol/entities/health.ts';
import { shownCertificate } from '../../secrets/own-certificate.ts';

export interface Ending {
  readonly setting: 'MQTT_TLS_CERT' | 'HTTPS_CERT';
  /** ISO 8601; undefined for a file that is no certificate any more. */
  readonly until: string | undefined;
  readonly leftMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Who renews by a program renews a month before the end. */
export const SOON_MS = 14 * DAY_MS;
const LOOK_AGAIN_MS = 10_000;

/** Undefined where nobody gave one. */
export function certificateCheck(config: Config, clock: Clock): (() => Check) | undefined {
  if (endingsOf(config, clock.now()).length === 0) return undefined;
  let seen: Check = { healthy: true };
  let seenAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonicMs() - seenAtMs >= LOOK_AGAIN_MS) {
      seen = worst(endingsOf(config, clock.now()));
      seenAtMs = clock.monotonicMs();
    }
    return seen;
  };
}

/** The one that ends first comes first. */
export function endingsOf({ mqtt, https }: Config, nowMs: number): Ending[] {
  const files = [
    { setting: 'MQTT_TLS_CERT', path: mqtt.embedded?.tls?.cert },
    { setting: 'HTTPS_CERT', path: https?.files?.cert },
  ] as const;
  return files
    .flatMap(({ setting, path }) => (path === undefined ? [] : [{ setting, ...endOf(path, nowMs) }]))
    .sort((one, other) => one.leftMs - other.leftMs);
}

function endOf(path: string, nowMs: number): Pick<Ending, 'until' | 'leftMs'> {
  try {
    const { until } = shownCertificate(readFileSync(path, 'utf8'));
    return { until, leftMs: Date.parse(until) - nowMs };
  } catch {
    return { until: undefined, leftMs: Number.NEGATIVE_INFINITY };
  }
}

function worst([first]: readonly Ending[]): Check {
  if (!first || first.leftMs > SOON_MS) return { healthy: true };
  return { healthy: first.leftMs > 0 ? null : false, meta: { until: first.until ?? null } };
}
