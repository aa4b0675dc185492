/** Owns what go2rtc says of a stream, read from the shapes of versions 1.8.5 to 1.9.14. */

import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import { USER_AGENT } from '../question.ts';

export interface StreamReport {
  readonly name: string;
  /** False for the moment in which 1.8 is about to change it, and says nothing of it. */
  readonly isTold: boolean;
  /** Where it gets the stream, of each source in its file. A login in there is masked since 1.9.14 only: never to be shown. */
  readonly sources: readonly string[];
  /** Whoever brings the stream at the moment: its sources once they are connected, and publishers. */
  readonly producers: readonly Connection[];
  /** Who watches: neither other streams of a go2rtc, nor what keeps it connected, nor we. */
  readonly viewers: readonly Connection[];
  /** Something in go2rtc's file keeps it connected while nobody watches. */
  readonly isPreloaded: boolean;
}

export interface Connection {
  /** Names it as long as go2rtc runs; before 1.9 the other end does, which for a source stays the same. */
  readonly id: string;
  readonly format: string;
  /** The other end. */
  readonly address: string;
  readonly bytes: number;
  readonly tracks: number;
}

/** @param value the answer to `/api/streams`; undefined for what is none */
export function parseStreams(value: unknown): StreamReport[] | undefined {
  if (!isObject(value)) return undefined;
  return Object.entries(value).map(([name, stream]) => parseStream(name, stream));
}

export function parseStream(name: string, value: unknown): StreamReport {
  const stream = isObject(value) ? value : {};
  const producers = listOf(stream['producers']);
  const consumers = listOf(stream['consumers']);
  return {
    name,
    isTold: isObject(value),
    sources: producers.flatMap((producer) => textOf(producer['url']) || []),
    producers: producers.filter(isConnected).map((producer) => connection(producer, 'receivers')),
    viewers: consumers.filter(isViewer).map((consumer) => connection(consumer, 'senders')),
    isPreloaded: consumers.some((consumer) => consumer['format_name'] === 'preload'),
  };
}

/** Whether go2rtc itself gets it: to others it is only published. */
export function isPulled(report: Pick<StreamReport, 'sources'> | undefined): boolean {
  return report !== undefined && report.sources.length > 0;
}

/** One that is only written in the file has an address and nothing else. */
function isConnected(producer: JsonObject): boolean {
  return producer['id'] !== undefined || textOf(producer['remote_addr']) !== '';
}

/** Whoever looks whether there is a stream is listed as `probe` for that moment; before 1.9 by its program alone. */
function isViewer(consumer: JsonObject): boolean {
  const format = textOf(consumer['format_name']);
  const program = textOf(consumer['user_agent']);
  return format !== 'preload' && format !== 'probe' && program !== USER_AGENT && !program.startsWith('go2rtc');
}

function connection(peer: JsonObject, direction: 'receivers' | 'senders'): Connection {
  const tracks = Array.isArray(peer[direction]) ? peer[direction] : [];
  const [own, ownBefore19] = direction === 'receivers' ? ['bytes_recv', 'recv'] : ['bytes_send', 'send'];
  const address = textOf(peer['remote_addr']);
  const ofTracks = tracks.reduce(
    (sum: number, track: unknown) => sum + (isObject(track) ? count(track['bytes']) : 0),
    0,
  );
  return {
    id: String(peer['id'] ?? address),
    address,
    format: textOf(peer['format_name']) || formatBefore19(textOf(peer['type'])),
    // Some kinds count what goes through the connection, others only what goes through its tracks.
    bytes: Math.max(count(peer[own] ?? peer[ownBefore19]), ofTracks),
    tracks: tracks.length,
  };
}

/** `RTSP passive consumer`, `MSE/WebSocket active consumer`. */
function formatBefore19(type: string): string {
  const [format = ''] = type.toLowerCase().split(/[ /]/);
  return format;
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}
