/** Owns whether the certificates that somebody gave us can be used, and when they end. Those of our own making are renewed by themselves. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../core/ports.ts';
import type { Check } from '../../protocol/entities/health.ts';
import { shownCertificate } from '../../secrets/own-certificate.ts';

export interface Ending {
  readonly setting: 'MQTT_TLS_CERT' | 'HTTPS_CERT';
  /** ISO 8601; undefined for a file that is no certificate any more. */
  readonly until: string | undefined;
  /** Why the files cannot be used: a running service keeps what it had, and none starts with them. */
  readonly trouble?: 'unreadable' | 'key';
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
    { setting: 'MQTT_TLS_CERT', paths: mqtt.embedded?.tls },
    { setting: 'HTTPS_CERT', paths: https?.files },
  ] as const;
  return files
    .flatMap(({ setting, paths }) => (paths === undefined ? [] : [{ setting, ...endOf(paths, nowMs) }]))
    .sort((one, other) => one.leftMs - other.leftMs);
}

function endOf(paths: { readonly cert: string; readonly key: string }, nowMs: number): Omit<Ending, 'setting'> {
  const unusable = { leftMs: Number.NEGATIVE_INFINITY };
  try {
    const pem = readFileSync(paths.cert, 'utf8');
    const { until } = shownCertificate(pem);
    const isItsKey = new X509Certificate(pem).checkPrivateKey(createPrivateKey(readFileSync(paths.key)));
    return isItsKey ? { until, leftMs: Date.parse(until) - nowMs } : { until, trouble: 'key', ...unusable };
  } catch {
    return { until: undefined, trouble: 'unreadable', ...unusable };
  }
}

function worst([first]: readonly Ending[]): Check {
  if (first?.trouble) return { healthy: null, meta: { reason: first.trouble } };
  if (!first || first.leftMs > SOON_MS) return { healthy: true };
  return { healthy: first.leftMs > 0 ? null : false, meta: { until: first.until ?? null } };
}
