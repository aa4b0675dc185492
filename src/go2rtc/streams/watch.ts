/** Owns what is known of each stream of go2rtc, and tells the cameras what a look at the list means. */

import type { Bus } from '../../core/bus.ts';
import type { Cameras } from '../../core/cameras/cameras.ts';
import type { MediaPaths } from '../../core/cameras/control.ts';
import { isExpected } from '../../core/cameras/expectation.ts';
import { observeAll } from '../../core/cameras/live/observe-all.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import type { CameraRecord } from '../../core/cameras/records.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { PathInfo } from '../../protocol/entities/htop.ts';
import { hasFeed, isStill, type StreamMemory } from './memory.ts';
import { observeStream } from './observer.ts';
import { type Connection, isPulled, type StreamReport } from './report.ts';

export interface StreamWatch {
  /** Taken when the list is asked for, so that it is known what went on meanwhile. */
  ticket(): number;
  /** What the whole list has shown. Resolves when the events it made are published. */
  see(ticket: number, reports: readonly StreamReport[], isRestarted: boolean): Promise<void>;
  /** As it was listed last. */
  report(stream: string): StreamReport | undefined;
  /** A look of ours connects the stream: until the result is called, what the list says of it is our own doing. */
  disturb(stream: string): () => void;
  readonly media: MediaPaths;
}

interface Parts {
  /** Those that are streams of go2rtc and in use. */
  readonly watched: () => readonly CameraRecord[];
  readonly cameras: Pick<Cameras, 'facts' | 'observe'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

interface Disturbance {
  readonly underWay: number;
  readonly upToTicket: number;
}

export function watchStreams({ watched, cameras, bus, clock, log }: Parts): StreamWatch {
  /** By the name of the stream. */
  let memories = new Map<string, StreamMemory>();
  let listed: ReadonlyMap<string, StreamReport> = new Map();
  /** By the name of a stream that is, or was, looked at: what lists are not to be trusted. */
  const disturbed = new Map<string, Disturbance>();
  let lastTicket = 0;

  function isDisturbed(stream: string, ticket: number): boolean {
    const { underWay, upToTicket } = disturbed.get(stream) ?? { underWay: 0, upToTicket: 0 };
    return underWay > 0 || ticket <= upToTicket;
  }

  /** @returns whether all of it counts */
  const tell = (cameraId: string, observations: readonly Observation[]) =>
    observeAll(cameras, cameraId, observations, (error) =>
      log.error({ err: error, cameraId }, 'an observation was lost'),
    );

  /** What is seen by what was before the next look would not find. */
  function lookAgain(stream: string, memory: StreamMemory, before: StreamMemory | undefined): void {
    if (before && memories.get(stream) === memory) memories.set(stream, before);
  }

  function seeCamera(
    camera: CameraRecord,
    stream: string,
    isRestarted: boolean,
  ): readonly [StreamMemory, Promise<void>] {
    const before = memories.get(stream);
    const report = listed.get(stream);
    const carriage = report && { isOnDemand: isPulled(report) && !report.isPreloaded };
    const look = { report, isRestarted, atMs: clock.now(), isExpected: isExpected(camera, carriage) };
    const { memory, observations } = observeStream(before, cameras.facts(camera.id), look);
    // Before it counts as stalled, so that the cause is known by then.
    if (isStill(memory) && before && !isStill(before)) bus.emit('lookWanted', { cameraId: camera.id, isReady: true });
    const told = tell(camera.id, observations).then((counts) => {
      if (!counts) lookAgain(stream, memory, before);
    });
    return [memory, told];
  }

  return {
    ticket: () => {
      lastTicket += 1;
      return lastTicket;
    },
    async see(ticket, reports, isRestarted) {
      listed = new Map(reports.map((report) => [report.name, report]));
      const next = new Map<string, StreamMemory>();
      const told: Promise<void>[] = [];
      for (const camera of watched()) {
        const { stream = '' } = camera;
        const before = memories.get(stream);
        if (isDisturbed(stream, ticket) || listed.get(stream)?.isTold === false) {
          if (before) next.set(stream, before);
          continue;
        }
        const [memory, published] = seeCamera(camera, stream, isRestarted);
        next.set(stream, memory);
        told.push(published);
      }
      memories = next;
      await Promise.all(told);
    },
    report: (stream) => listed.get(stream),
    disturb(stream) {
      const { underWay, upToTicket } = disturbed.get(stream) ?? { underWay: 0, upToTicket: 0 };
      disturbed.set(stream, { underWay: underWay + 1, upToTicket });
      return () => {
        const now = disturbed.get(stream);
        disturbed.set(stream, { underWay: (now?.underWay ?? 1) - 1, upToTicket: lastTicket });
      };
    },
    media: {
      list: () => [...listed.values()].map((report) => infoOf(report, memories.get(report.name))),
      get(stream) {
        const report = listed.get(stream);
        return report && infoOf(report, memories.get(stream));
      },
    },
  };
}

/** A stream that is no camera is not watched: whether it is connected is all that is known of it. */
function infoOf({ name, producers, viewers }: StreamReport, memory: StreamMemory | undefined): PathInfo {
  const [source] = producers;
  return {
    path: name,
    src: source?.format ?? '',
    ready: memory ? hasFeed(memory) : producers.some(({ bytes }) => bytes > 0),
    uptime: null,
    tracks: producers.reduce((sum, { tracks }) => sum + tracks, 0),
    dataRx: bytesOf(producers),
    dataTx: bytesOf(viewers),
    consumers: viewers.length,
  };
}

function bytesOf(connections: readonly Connection[]): number {
  return connections.reduce((sum, { bytes }) => sum + bytes, 0);
}
