/** Owns the `health` module: upstream's two checks, and ours behind them. Open to anyone, so it names no names. */

import type { Module } from '../core/requests/registry.ts';
import { type Check, HEALTH, type Health, overallHealth } from '../protocol/entities/health.ts';

/** @param checks the parts of the service by name, asked for each request */
export function healthModule(checks: Readonly<Record<string, () => Check>>): Module {
  function report(): Health {
    const parts = Object.entries(checks).map(([name, check]) => [name, check()] as const);
    const details: Record<string, Check> = { app: { healthy: true }, ...Object.fromEntries(parts) };
    return { healthy: overallHealth(Object.values(details)), details };
  }

  return {
    name: 'health',
    summary: 'Health of the service',
    operations: { list: { summary: 'Check the health of the service', result: HEALTH, run: report } },
  };
}
