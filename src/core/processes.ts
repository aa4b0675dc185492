/** Owns what `htop` shows: the machine, the service's own process, and the named parts that can be started and stopped. */

import type { CpuInfo, MemoryInfo, PathInfo, ProcessAction, ProcessInfo } from '../protocol/entities/htop.ts';

/** The machine and our process on it. */
export interface Host {
  /** Milliseconds each core has spent, since the machine started. */
  cpuTimes(): readonly Readonly<Record<'user' | 'nice' | 'sys' | 'idle' | 'irq', number>>[];
  memory(): MemoryInfo;
  self(): Figures;
}

export type Figures = Omit<ProcessInfo, 'name'>;

/** Something that runs and can be told to stop, e.g. a broker that the service started. */
interface Part {
  readonly name: string;
  figures(): Figures;
  /** What each action does; it resolves when that is done. */
  readonly actions: Readonly<Record<ProcessAction, () => void | Promise<void>>>;
}

export interface Processes {
  cpu(): CpuInfo[];
  memory(): MemoryInfo;
  /** The service itself first, then its parts in the order they came. */
  processes(): ProcessInfo[];
  paths(): readonly PathInfo[];
  /** The result takes the part out again. @throws Error when the name is taken */
  add(part: Part): () => void;
  /** @returns false when there is no such part; the service itself is none, since it could not answer */
  act(name: string, action: ProcessAction): Promise<boolean>;
}

const OWN_NAME = 'nestmtx';

/** @param paths what the media server carries at the moment */
export function createProcesses(host: Host, paths: () => readonly PathInfo[]): Processes {
  const parts = new Map<string, Part>();
  return {
    cpu: () => host.cpuTimes().map(shares),
    memory: () => host.memory(),
    processes: () => [
      { name: OWN_NAME, ...host.self() },
      ...[...parts.values()].map((part) => ({ name: part.name, ...part.figures() })),
    ],
    paths,
    add(part) {
      if (part.name === OWN_NAME || parts.has(part.name)) throw new Error(`two processes are named ${part.name}`);
      parts.set(part.name, part);
      return () => parts.delete(part.name);
    },
    async act(name, action) {
      const part = parts.get(name);
      await part?.actions[action]();
      return part !== undefined;
    },
  };
}

function shares(times: ReturnType<Host['cpuTimes']>[number], index: number): CpuInfo {
  const total = times.user + times.nice + times.sys + times.idle + times.irq;
  const share = (ms: number) => (total === 0 ? 0 : (ms / total) * 100);
  return {
    cpu: index + 1,
    user: share(times.user),
    nice: share(times.nice),
    sys: share(times.sys),
    idle: share(times.idle),
    irq: share(times.irq),
  };
}
