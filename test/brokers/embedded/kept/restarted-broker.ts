/** Owns a broker that is ended and started again on what it has kept, over real sockets and files. */

import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedBrokerSetup } from '../../../../src/brokers/embedded/embedded.ts';
import type { KeptFiles } from '../../../../src/brokers/embedded/kept/journal/files.ts';
import { openKept } from '../../../../src/brokers/embedded/kept/open-kept.ts';
import type { Clock } from '../../../../src/core/ports.ts';
import { nodeFileSystem } from '../../../../src/store/file-system.ts';
import { type MemoryDirectory, memoryDirectory } from '../../../support/brokers/directory.ts';
import { startTestBroker, type TestBroker } from '../../../support/brokers/embedded.ts';
import { recordingLog } from '../../../support/recording-log.ts';
import { systemClock } from '../../../support/system-clock.ts';

/** Killed: what was written is there, and nobody said goodbye. */
export const ENDS = ['ended in order', 'killed'] as const;

export interface RestartedBroker {
  /** The one that runs at the moment. */
  readonly test: TestBroker;
  /** Stays the same; has the accounts of `startTestBroker`. */
  readonly directory: MemoryDirectory;
  restart(end: (typeof ENDS)[number]): Promise<TestBroker>;
  /** Resolves when all so far is on the disk, also what nobody waits for. */
  onDisk(): Promise<void>;
  /** From now on it is so much later. */
  later(ms: number): void;
  stop(): Promise<void>;
}

interface Options {
  readonly files?: KeptFiles;
  readonly limits?: EmbeddedBrokerSetup['limits'];
}

export async function startRestartedBroker({ files = nodeFileSystem, limits }: Options = {}): Promise<RestartedBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'restarted-broker-'));
  let runs = 0;
  let offsetMs = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offsetMs };
  const folderOf = (run: number) => join(folder, `${run}`);
  await mkdir(folderOf(0));
  const directory = memoryDirectory();
  directory.add('admin', 'root');
  directory.add('user', 'carol');
  directory.add('instance', 'alice');
  directory.add('instance', 'bob');
  const start = async () => {
    const kept = await openKept({ dir: folderOf(runs), files, clock, log: recordingLog() });
    return startTestBroker({ clock, kept, directory, ...(limits && { limits }) });
  };
  let test = await start();

  return {
    directory,
    get test() {
      return test;
    },
    async restart(end) {
      const [former, next] = [folderOf(runs), folderOf(runs + 1)];
      if (end === 'killed') await cp(former, next, { recursive: true });
      await test.stop();
      if (end === 'ended in order') await cp(former, next, { recursive: true });
      runs += 1;
      test = await start();
      return test;
    },
    async onDisk() {
      const root = await test.client('root');
      await root.publish('on/disk', 'x', { qos: 1, retain: true });
      await root.publish('on/disk', '', { qos: 1, retain: true });
      await root.end();
    },
    later(ms) {
      offsetMs += ms;
    },
    async stop() {
      await test.stop();
      await rm(folder, { recursive: true });
    },
  };
}
