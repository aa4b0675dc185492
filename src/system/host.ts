/** Owns the figures of the machine and of our process, as the operating system tells them. */

import { cpus, freemem, totalmem } from 'node:os';
import type { Host } from '../core/processes.ts';

export function createHost(): Host {
  let last = { cpuMs: 0, uptimeMs: 0 };

  /** Over the time since it was last asked for, at first since the start of the process. */
  function cpuPercent(uptimeMs: number): number {
    const { user, system } = process.cpuUsage();
    const now = { cpuMs: (user + system) / 1000, uptimeMs };
    const percent = ((now.cpuMs - last.cpuMs) / Math.max(1, now.uptimeMs - last.uptimeMs)) * 100;
    last = now;
    return percent;
  }

  return {
    cpuTimes: () => cpus().map(({ times }) => times),
    memory: () => ({ total: totalmem(), used: totalmem() - freemem() }),
    self() {
      const uptime = Math.round(process.uptime() * 1000);
      return { pid: process.pid, cpu: cpuPercent(uptime), memory: process.memoryUsage.rss(), uptime };
    },
  };
}
