/** Owns the rhythm of asking: the whole list every few seconds, one question at a time, and MediaMTX's restarts. */

import type { CameraFacts } from '../core/cameras/facts.ts';
import type { Reachability } from '../core/cameras/reachability.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { ReadCollection } from '../core/store.ts';
import { createRounds } from '../core/timing/rounds.ts';
import type { StreamPorts } from '../protocol/stream-ports.ts';
import type { ControlApi } from './control-api.ts';
import { createLooks } from './looks.ts';
import { configFor } from './paths/configs.ts';
import type { Hint } from './paths/observer.ts';
import type { PulledPaths } from './paths/pulled.ts';
import type { PathConfig, PathReport } from './paths/report.ts';
import type { PathWatch } from './paths/watch.ts';

export interface Poller {
  /** Looks at one path at once. Resolves when what was found is told; a failure is left to the next poll, and so is what was hinted. */
  look(name: string, hint?: Hint): Promise<void>;
  /** The same for somebody who wants to know: rejects when it could not be looked at. */
  ask(name: string): Promise<void>;
  /** Our cameras have changed: compares them with MediaMTX's configuration at once, or soon after what is under way. */
  camerasChanged(): void;
  /** As it was last told. */
  readonly streamPorts: Partial<StreamPorts>;
  close(): Promise<void>;
}

interface Parts {
  readonly api: Pick<ControlApi, 'started' | 'paths' | 'path' | 'configs' | 'streamPorts'>;
  readonly watch: Pick<PathWatch, 'ticket' | 'hint' | 'see' | 'keepOnly' | 'size'>;
  readonly pulled: Pick<PulledPaths, 'areAmong' | 'sync'>;
  readonly reachability: Pick<Reachability, 'answered' | 'failed' | 'isUp'>;
  readonly records: Pick<ReadCollection<CameraRecord>, 'values' | 'by'>;
  readonly cameras: { facts(id: string): Pick<CameraFacts, 'ready' | 'demanded'> };
  readonly clock: Clock;
  readonly log: Log;
}

const BUSY_MS = 2000;
const IDLE_MS = 5000;
/** A configuration that somebody edits is noticed after this time at the latest. */
const CONFIG_AGE_MS = 60_000;
/** The whole list costs about as much as looks at this share of its paths. */
const SHARE = 0.05;
const MANY = 8;

export function startPoller(parts: Parts): Poller {
  const { api, watch, pulled, reachability, records, cameras, clock, log } = parts;
  let configs: ReadonlyMap<string, PathConfig> = new Map();
  let streamPorts: Partial<StreamPorts> = {};
  let configsAtMs = Number.NEGATIVE_INFINITY;
  let started: string | undefined;
  let isOutOfSync = true;
  // When cameras change one after another, as they do when many are made, each comparison takes in several of them.
  const rounds = createRounds({ clock, round: poll, pauseMs: () => (isBusy() ? BUSY_MS : IDLE_MS) });

  async function readConfigs(): Promise<void> {
    configs = await api.configs();
    streamPorts = await api.streamPorts();
    configsAtMs = clock.monotonicMs();
  }

  async function noticeRestart(): Promise<void> {
    const now = await api.started();
    const isNew = now !== started;
    if (isNew && started !== undefined) log.info({ started: now }, 'MediaMTX has been restarted');
    started = now;
    if (!isNew) return;
    configsAtMs = Number.NEGATIVE_INFINITY;
    isOutOfSync = true;
  }

  async function readPaths(): Promise<void> {
    const ticket = watch.ticket();
    const { reports, isWhole } = await api.paths();
    const names = new Set(reports.map(({ name }) => name));
    if (reports.some(({ confName }) => !configs.has(confName))) await readConfigs();
    const told = reports.map((report) => {
      const config = configs.get(report.confName);
      return watch.see(ticket, report.name, { report, config });
    });
    for (const { mtxPath } of [...records.values()]) {
      if (mtxPath === null || names.has(mtxPath)) continue;
      // Between two pages a path may have slipped through, so its absence is asked for by name.
      told.push(
        isWhole
          ? watch.see(ticket, mtxPath, { report: undefined, config: configFor(configs, mtxPath) })
          : looks.look(mtxPath),
      );
    }
    if (isWhole) {
      watch.keepOnly(names);
      // Configured paths are always listed: MediaMTX has forgotten one, as it does when its file changes.
      isOutOfSync ||= !pulled.areAmong(names);
    }
    await Promise.all(told);
  }

  async function askAll(): Promise<void> {
    await noticeRestart();
    if (clock.monotonicMs() - configsAtMs >= CONFIG_AGE_MS) {
      await readConfigs();
      // What is ours may have been written over, too.
      isOutOfSync = true;
    }
    if (isOutOfSync) {
      isOutOfSync = false;
      if (await pulled.sync()) await readConfigs();
    }
    await readPaths();
  }

  async function poll(): Promise<void> {
    try {
      await askAll();
      if (!rounds.isClosed) reachability.answered();
    } catch (error) {
      // After a silence it may be another one, or one that has forgotten.
      isOutOfSync = true;
      configsAtMs = Number.NEGATIVE_INFINITY;
      if (!rounds.isClosed) reachability.failed(error);
    }
    log.debug({ isUp: reachability.isUp }, 'asked MediaMTX');
  }

  function isBusy(): boolean {
    if (reachability.isUp === false) return true;
    return [...records.values()].some(({ id }) => {
      const { ready, demanded } = cameras.facts(id);
      return ready || demanded;
    });
  }

  function configOf(name: string, report: PathReport | undefined): PathConfig | undefined {
    return report ? configs.get(report.confName) : configFor(configs, name);
  }

  async function lookAtMany(names: readonly string[]): Promise<void> {
    if (configs.size === 0) await readConfigs();
    const ticket = watch.ticket();
    const { reports, isWhole } = await api.paths();
    const byName = new Map(reports.map((report) => [report.name, report]));
    const told = names.map((name) => {
      const report = byName.get(name);
      if (!report && !isWhole) return lookAtOne(name);
      return watch.see(ticket, name, { report, config: configOf(name, report) });
    });
    await Promise.all(told);
  }

  async function lookAtOne(name: string): Promise<void> {
    // Who has just come to see it may be told of a path before the first round.
    if (configs.size === 0) await readConfigs();
    const ticket = watch.ticket();
    const report = await api.path(name);
    await watch.see(ticket, name, { report, config: configOf(name, report) });
  }

  const tolerant = (look: Promise<void>) =>
    look.catch((error: unknown) => log.debug({ err: error }, 'a look at MediaMTX failed'));

  const looks = createLooks({
    one: (name) => tolerant(lookAtOne(name)),
    many: (names) => tolerant(lookAtMany(names)),
    manyFrom: () => Math.max(MANY, watch.size * SHARE),
  });

  rounds.now();
  return {
    async look(name, hint) {
      if (!records.by('mtxPath', name)) return;
      if (hint) watch.hint(name, hint);
      await looks.look(name);
    },
    ask: lookAtOne,
    camerasChanged() {
      isOutOfSync = true;
      rounds.now();
    },
    get streamPorts() {
      return streamPorts;
    },
    async close() {
      const closed = rounds.close();
      await looks.close();
      await closed;
    },
  };
}
