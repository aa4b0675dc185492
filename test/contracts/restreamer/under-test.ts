/** Owns what the restreamer contract asks of its caller: a restreamer with one camera, whoever watches it, and what we have seen. */

import type { CameraFacts } from '../../../src/core/cameras/facts.ts';

export interface RestreamerUnderTest {
  /** On the wire. */
  readonly name: 'mediamtx' | 'go2rtc';
  /** It carries the RTSP camera on demand, and a stream of this name besides, which is no camera of ours. */
  readonly stranger: string;
  readonly seen: Seen;
  readonly source: Source;
  readonly server: Server;
  /** Somebody begins to watch the camera. @returns what ends that */
  watch(): Promise<() => Promise<void>>;
  /** Lets time pass until this holds. */
  until(what: () => boolean): Promise<void>;
  /** Lets so much time pass that everything that is to be seen is. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

export interface Seen {
  facts(): CameraFacts;
  /** About the feed of the camera. */
  events(): string[];
  /** Whether the camera was told to be down, and for what. */
  turns(): string[];
  /** The same of the restreamer, with the number of its cameras. */
  sourceTurns(): string[];
  adoptable(): string[];
}

/** The camera itself. */
interface Source {
  kill(): Promise<void>;
  freeze(): void;
  /** Undoes both. */
  revive(): Promise<void>;
}

interface Server {
  stop(): Promise<void>;
  start(): Promise<void>;
}
