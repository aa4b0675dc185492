/** Owns one picture out of a stream: ffmpeg as a child process that is given little time, and never shows a login to other users. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../core/ports.ts';
import { noSnapshot, type SnapshotFault } from '../protocol/entities/watching/snapshot.ts';

interface FrameOptions {
  /** A name that is looked up in PATH, or a path. */
  readonly program: string;
  /** rtsp or rtsps, with the login. */
  readonly url: string;
  readonly clock: Clock;
  /** Ends the program at once. */
  readonly stopped: AbortSignal;
}

/** A camera that starts for this reader alone may take ten seconds. */
export const FRAME_TIMEOUT_MS = 15_000;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_WORDS = 4096;

const ARGUMENTS = [
  ...['-hide_banner', '-nostats', '-loglevel', 'error'],
  // The list of what to open comes by stdin: arguments are for every user of the machine to see.
  ...['-protocol_whitelist', 'pipe,rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto', '-safe', '0'],
  // Whoever joins a stream between two key frames would see the first one half.
  ...['-skip_frame', 'nokey', '-f', 'concat', '-i', 'pipe:0'],
  ...['-an', '-sn', '-dn', '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2pipe', 'pipe:1'],
];

/**
 * For the stream itself: as arguments they would change the list alone. ffmpeg would watch it for seconds, and longer the fewer pictures
 * it has, to find out how many come in a second.
 */
const OPTIONS = ['option rtsp_transport tcp', 'option analyzeduration 500000', 'option fpsprobesize 0'];

type Program = ChildProcessByStdio<Writable, Readable, Readable>;

/** @throws ApiError `no_snapshot`; what ffmpeg said is read and told to nobody, since it repeats the URL */
export async function grabFrame({ program, url, clock, stopped }: FrameOptions): Promise<Buffer> {
  if (stopped.aborted) throw noSnapshot('no_picture');
  const child = spawn(program, ARGUMENTS, { stdio: ['pipe', 'pipe', 'pipe'] });
  let isLate = false;
  const end = () => {
    child.kill('SIGKILL');
    // Also where the program was only the parent of the one that reads.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const cancel = clock.after(FRAME_TIMEOUT_MS, () => {
    isLate = true;
    end();
  });
  stopped.addEventListener('abort', end);
  child.stdin.on('error', () => undefined);
  child.stdin.end(['ffconcat version 1.0', `file ${quoted(url)}`, ...OPTIONS, ''].join('\n'));
  try {
    const { picture, words } = await outcome(child, end);
    if (isJpeg(picture)) return picture;
    throw noSnapshot(isLate ? 'timed_out' : faultOf(words.replaceAll(url, '')));
  } finally {
    cancel();
    stopped.removeEventListener('abort', end);
  }
}

function outcome(child: Program, end: () => void): Promise<{ picture: Buffer; words: string }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let words = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BYTES) return end();
      chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk).slice(-MAX_WORDS);
    });
    child.once('error', (error) => reject(noSnapshot('no_program', error)));
    child.once('close', () => resolve({ picture: Buffer.concat(chunks), words }));
  });
}

function faultOf(words: string): SnapshotFault {
  if (/\b40[13]\b|unauthori[sz]ed|forbidden/i.test(words)) return 'unauthorised';
  // MediaMTX says 400 where it waited in vain for a source on demand.
  if (/\b40[04]\b|bad request|not found/i.test(words)) return 'not_ready';
  if (/refused|no route|unreachable|timed out|failed to resolve|name or service/i.test(words)) return 'unreachable';
  return 'no_picture';
}

/** From its first marker to its last: half a picture is none. */
function isJpeg(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
}

/** As ffmpeg's list wants it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
