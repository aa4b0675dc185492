/** Owns what MediaMTX says of a path and of its configuration, read from the shapes of versions 1.8 to 1.20. */

import type { Reader } from '../../core/cameras/facts.ts';
import { isObject, type JsonObject } from '../../protocol/envelope.ts';

export interface PathReport {
  readonly name: string;
  /** Name of the configuration it follows: its own, or a regular expression such as `all_others`. */
  readonly confName: string;
  /** Readable, by the slate of `alwaysAvailable` too. */
  readonly available: boolean;
  readonly availableSince: string | null;
  /** Whether the real source is there; undefined before 1.16. True for every static source, also one that never connected. */
  readonly online: boolean | undefined;
  readonly onlineSince: string | null;
  readonly source: Reader | null;
  readonly tracks: number;
  readonly readers: readonly Reader[];
  /** Bytes that came in; undefined where the server does not count them. */
  readonly received: number | undefined;
  readonly sent: number | undefined;
}

export interface PathConfig {
  readonly source: string;
  readonly sourceOnDemand: boolean;
  /** A command is run for a reader who finds nothing: the path has hooks for demand, and loses it with its publisher. */
  readonly runsOnDemand: boolean;
  readonly alwaysAvailable: boolean;
  /** How long after its last reader a feed on demand is let go. */
  readonly closeAfterMs: number;
}

export const DEFAULT_CLOSE_AFTER_MS = 10_000;

/** Undefined for what is no path. Deprecated names are read only where the new ones are absent. */
export function parsePath(value: unknown): PathReport | undefined {
  if (!isObject(value) || typeof value['name'] !== 'string') return undefined;
  const { name, confName, tracks, tracks2 } = value;
  return {
    name,
    confName: textOf(confName) ?? name,
    available: (value['available'] ?? value['ready']) === true,
    availableSince: textOf(value['availableTime'] ?? value['readyTime']),
    online: typeof value['online'] === 'boolean' ? value['online'] : undefined,
    onlineSince: textOf(value['onlineTime']),
    source: parsePeer(value['source']),
    tracks: listOf(tracks2 ?? tracks).length,
    readers: listOf(value['readers']).flatMap((reader) => parsePeer(reader) ?? []),
    received: countOf(value['inboundBytes'] ?? value['bytesReceived']),
    sent: countOf(value['outboundBytes'] ?? value['bytesSent']),
  };
}

export function parsePathConfig(value: JsonObject): PathConfig {
  const runsOnDemand = (textOf(value['runOnDemand']) ?? '') !== '';
  const closeAfter = textOf(value[runsOnDemand ? 'runOnDemandCloseAfter' : 'sourceOnDemandCloseAfter']);
  return {
    source: textOf(value['source']) ?? '',
    sourceOnDemand: value['sourceOnDemand'] === true,
    runsOnDemand,
    alwaysAvailable: value['alwaysAvailable'] === true,
    closeAfterMs: durationMs(closeAfter) ?? DEFAULT_CLOSE_AFTER_MS,
  };
}

/** Whether the feed can be read, and since when: a slate is no feed. */
export function feedOf(report: PathReport, config: PathConfig | undefined): { ready: boolean; since: string | null } {
  const { available, availableSince, online, onlineSince } = report;
  if (config?.alwaysAvailable && online !== undefined) return { ready: available && online, since: onlineSince };
  return { ready: available, since: availableSince };
}

function parsePeer(value: unknown): Reader | null {
  if (!isObject(value) || typeof value['type'] !== 'string') return null;
  return { type: value['type'], id: textOf(value['id']) ?? '' };
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);

/** As Go writes it: `1m30s`. Undefined for what is none. */
function durationMs(text: string | null): number | undefined {
  const parts = [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS.get(unit) ?? 0), 0);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
