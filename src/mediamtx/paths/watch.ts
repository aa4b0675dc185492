/** Owns what is known of each path, and tells the cameras what a look at one means. Refuses looks that were overtaken by a later one. */

import type { Bus } from '../../core/bus.ts';
import type { Cameras } from '../../core/cameras/cameras.ts';
import type { MediaPaths } from '../../core/cameras/control.ts';
import { isExpected, startGraceMs } from '../../core/cameras/expectation.ts';
import { observeAll } from '../../core/cameras/live/observe-all.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import type { CameraRecord } from '../../core/cameras/records.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { ReadCollection } from '../../core/store.ts';
import type { PathInfo } from '../../protocol/entities/htop.ts';
import { type Hint, isStill, type Look, observePath, type PathMemory } from './observer.ts';
import { feedOf, type PathConfig, type PathReport } from './report.ts';
import { createStrangerPaths } from './strangers.ts';
import { createUnheeded, type Hinted } from './unheeded.ts';

/** What was found at a path. */
type Sight = Pick<Look, 'report' | 'config'>;

export interface PathWatch {
  /** Taken when a question is asked, so that its answer can be put in order. */
  ticket(): number;
  /** Colours what the next question finds: how it was told by a hook. */
  hint(name: string, hint: Hint): void;
  /** What the question with this ticket found. @returns when the events it made are published; undefined when it made none */
  see(ticket: number, name: string, look: Sight): Promise<void> | undefined;
  /** What came with the latest whole list is all there is. */
  keepOnly(names: ReadonlySet<string>): void;
  readonly media: MediaPaths;
  /** How many paths the latest looks have shown. */
  readonly size: number;
}

interface Parts {
  readonly records: ReadCollection<CameraRecord>;
  readonly cameras: Pick<Cameras, 'facts' | 'observe'>;
  readonly bus: Bus;
  /** Why nothing can be known of a camera, however its path looks. */
  readonly doubtOf: (camera: CameraRecord) => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

interface Watched {
  readonly ticket: number;
  readonly memory: PathMemory;
}

interface Shown {
  readonly report: PathReport;
  readonly config: PathConfig | undefined;
}

export function watchPaths({ records, cameras, bus, doubtOf, clock, log }: Parts): PathWatch {
  const watched = new Map<string, Watched>();
  const shown = new Map<string, Shown>();
  const strangers = createStrangerPaths(bus);
  const unheeded = createUnheeded(clock);
  let lastTicket = 0;
  /** Whether everything that was there when we came has been seen. */
  let isListed = false;

  function seeStranger(ticket: number, name: string, look: Sight): void {
    const before = watched.get(name);
    const isFirst = !isListed || (before !== undefined && !strangers.knows(name));
    const { memory, observations } = observePath(before?.memory, strangers.facts(name), {
      ...look,
      atMs: clock.now(),
      isExpected: false,
    });
    watched.set(name, { ticket, memory });
    strangers.observe(name, observations, isFirst);
  }

  function lookAt(camera: CameraRecord, sight: Sight, hint: Hint | undefined): Look {
    const { config } = sight;
    const doubt = doubtOf(camera);
    const carriage = config && { isOnDemand: config.sourceOnDemand || config.runsOnDemand };
    return {
      ...sight,
      hint,
      atMs: clock.now(),
      isExpected: isExpected(camera, carriage),
      graceMs: startGraceMs(camera),
      ...(doubt !== undefined && { doubt }),
    };
  }

  /** @returns whether all of it counts */
  const tell = (id: string, path: string, observations: readonly Observation[]) =>
    observeAll(cameras, id, observations, (error) => log.error({ err: error, path }, 'an observation was lost'));

  /** What there is to see the next look finds; but not what was only hinted, nor what is seen by what was before. */
  function lookAgain(path: string, { memory }: Watched, before: Watched | undefined, hinted?: Hinted): void {
    if (hinted) unheeded.add(path, hinted, lastTicket);
    const now = watched.get(path);
    if (now?.memory === memory && before) watched.set(path, { ticket: now.ticket, memory: before.memory });
  }

  return {
    ticket: () => {
      lastTicket += 1;
      return lastTicket;
    },
    hint(name, hint) {
      unheeded.add(name, { hint, atMs: clock.monotonicMs() }, lastTicket);
    },
    see(ticket, name, look) {
      const before = watched.get(name);
      if (before && before.ticket > ticket) return undefined;
      if (look.report) shown.set(name, { report: look.report, config: look.config });
      else shown.delete(name);
      const camera = records.by('mtxPath', name);
      if (!camera) {
        seeStranger(ticket, name, look);
        return undefined;
      }
      strangers.forget(name);
      const hinted = unheeded.take(name, ticket);
      const sight = lookAt(camera, look, hinted?.hint);
      const { memory, observations } = observePath(before?.memory, cameras.facts(camera.id), sight);
      const now = { ticket, memory };
      watched.set(name, now);
      // Before MediaMTX gives it up, so that the cause is known when it does.
      if (isStill(memory) && before && !isStill(before.memory))
        bus.emit('lookWanted', { cameraId: camera.id, isReady: true });
      if (observations.length === 0) return undefined;
      return tell(camera.id, name, observations).then((counts) => {
        if (!counts) lookAgain(name, now, before, hinted);
      });
    },
    keepOnly(names) {
      for (const name of shown.keys()) if (!names.has(name)) shown.delete(name);
      for (const name of [...watched.keys()]) {
        if (names.has(name) || records.by('mtxPath', name)) continue;
        seeStranger(lastTicket, name, { report: undefined, config: undefined });
        watched.delete(name);
        strangers.forget(name);
      }
      isListed = true;
    },
    media: {
      list: () => [...shown.values()].map(infoOf),
      get(path) {
        const found = shown.get(path);
        return found && infoOf(found);
      },
    },
    get size() {
      return shown.size;
    },
  };
}

function infoOf({ report, config }: Shown): PathInfo {
  const { ready, since } = feedOf(report, config);
  return {
    path: report.name,
    src: report.source?.type ?? '',
    ready,
    uptime: ready ? since : null,
    tracks: report.tracks,
    dataRx: report.received ?? 0,
    dataTx: report.sent ?? 0,
    consumers: report.readers.length,
  };
}
