/** Owns what is put right in NestMTX's answers before they are passed on: placeholders for hosts, and secrets (N-36, N-37). */

import { isObject, type JsonObject } from '../protocol/envelope.ts';
import type { Command } from '../protocol/verbs.ts';

const ORIGIN = '<window.location.origin>';
const SECRETS = ['oauth_client_id', 'oauth_client_secret', 'dac_project_id', 'tokens'] as const;

/** @param host goes into the addresses of streams */
export function presentable(module: string, command: Command, value: unknown, host: string): unknown {
  if (!isObject(value) || (command !== 'list' && command !== 'read')) return value;
  if (module === 'cameras') return eachItem(value, (camera) => withHost(camera, host));
  return module === 'credentials' ? eachItem(value, withoutSecrets) : value;
}

/** NestMTX's health, and that we cannot see its cameras, where that is so. */
export function withLogin(health: unknown, isRefused: boolean): unknown {
  if (!isRefused || !isObject(health) || !isObject(health['details'])) return health;
  const healthy = health['healthy'] === 'unhealthy' ? 'unhealthy' : 'degraded';
  return { ...health, healthy, details: { ...health['details'], login: { healthy: null } } };
}

/** The items of a page, or the one object that was read. */
function eachItem(value: JsonObject, change: (item: JsonObject) => JsonObject): JsonObject {
  const { items } = value;
  if (!Array.isArray(items)) return change(value);
  return { ...value, items: items.map((item: unknown) => (isObject(item) ? change(item) : item)) };
}

function withHost(camera: JsonObject, host: string): JsonObject {
  const entries = Object.entries(camera).map(([key, value]) => [
    key,
    key.startsWith('url_') && typeof value === 'string' ? value.replace(ORIGIN, host) : value,
  ]);
  return Object.fromEntries(entries);
}

/** They are encrypted, but under a key that every installation shares unless somebody changed it. */
function withoutSecrets(row: JsonObject): JsonObject {
  const { oauth_client_secret: secret, tokens } = row;
  const hidden = Object.keys(row).map((key) => [key, isSecret(key) ? null : row[key]]);
  if (secret === undefined && tokens === undefined) return row;
  return { ...Object.fromEntries(hidden), has_secret: isGiven(secret), is_authenticated: isGiven(tokens) };
}

function isSecret(key: string): boolean {
  return (SECRETS as readonly string[]).includes(key);
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}
