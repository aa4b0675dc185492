/** Owns the `health` module: upstream's two checks, and ours behind them. Open to anyone, so it names no names. */

import { USERS, type UserRecord } from '../core/accounts/records.ts';
import type { Module } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import { type Check, HEALTH, type Health, overallHealth } from '../protocol/entities/health.ts';

/** @param checks further parts of the service by name, asked for each request */
export function healthModule(store: Store, checks: Readonly<Record<string, () => Check>>): Module {
  function report(): Health {
    const users = [...store.collection(USERS).values()];
    const more = Object.entries(checks).map(([name, check]) => [name, check()] as const);
    const details: Record<string, Check> = { app: { healthy: true }, setup: setup(users), ...Object.fromEntries(more) };
    return { healthy: overallHealth(Object.values(details)), details };
  }

  return {
    name: 'health',
    summary: 'Health of the service',
    operations: { list: { summary: 'Check the health of the service', result: HEALTH, run: report } },
  };
}

function setup(users: readonly UserRecord[]): Check {
  const systemUserConfigured = users.some(({ id }) => id === '0');
  const interfaceUserConfigured = users.some(({ id, canLogin, role }) => id !== '0' && canLogin && role !== 'device');
  const healthy = systemUserConfigured && (interfaceUserConfigured || null);
  return { healthy, meta: { systemUserConfigured, interfaceUserConfigured } };
}
