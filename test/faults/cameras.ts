/** Owns the cameras of a run of faults: real ones, each broken in a real way and made well again, and what their state shall say then. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { type RtspCamera, startRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { readWhenThere } from '../support/cameras/rtsp-reader.ts';
import { endsWithUs } from '../support/children.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue } from '../support/patience.ts';
import type { Condition, Truth } from './truth.ts';

/** How a camera comes: kept up, only looked at, watched by somebody who never gives up, published, or a stream of go2rtc that idles. */
export type Kind = 'always' | 'idle' | 'watched' | 'published' | 'stream';

export interface TestCamera {
  readonly name: string;
  readonly kind: Kind;
  /** For whoever pulls it; empty where it publishes. */
  readonly url: string;
  readonly conditions: readonly Condition[];
  become(condition: Condition): Promise<void>;
  close(): Promise<void>;
}

const LOGIN = 'viewer:right';
const WRONG_LOGIN = 'viewer:wrong';

export async function pulledCamera(name: string, kind: Kind, truth: Truth): Promise<TestCamera> {
  const port = await freePort();
  const served = { path: 'cam', login: LOGIN };
  let camera: RtspCamera | undefined = await startRtspCamera(port, served);
  const { url } = camera;
  truth.turned(name, 'well');

  async function end(): Promise<void> {
    camera?.thaw();
    await camera?.kill();
    camera = undefined;
  }

  let now: Condition = 'well';

  async function become(condition: Condition): Promise<void> {
    const before = now;
    now = condition;
    if (condition === 'frozen' || before === 'frozen') {
      if (condition === 'frozen') camera?.freeze();
      else camera?.thaw();
      truth.turned(name, condition);
      return;
    }
    truth.turned(name, 'killed');
    await end();
    if (condition === 'killed') return;
    const { path, login } = served;
    camera = await startRtspCamera(port, {
      path: condition === 'wrong-path' ? 'elsewhere' : path,
      login: condition === 'wrong-password' ? WRONG_LOGIN : login,
    });
    truth.turned(name, condition);
  }

  return { name, kind, url, conditions: ['killed', 'frozen', 'wrong-password', 'wrong-path'], become, close: end };
}

const PICTURE =
  '-loglevel error -re -f lavfi -i testsrc=size=320x240:rate=10 -c:v libx264 -preset ultrafast -tune zerolatency -g 10';

/** @param target an RTSP address that takes it; it tries again for as long as it lives */
export async function publishingCamera(name: string, target: string, truth: Truth): Promise<TestCamera> {
  let child: ChildProcess | undefined;
  let isAlive = false;

  function film(): void {
    const own = [...PICTURE.split(' '), '-pix_fmt', 'yuv420p', '-f', 'rtsp', '-rtsp_transport', 'tcp', target];
    const running = endsWithUs(spawn('ffmpeg', own, { stdio: 'ignore' }));
    child = running;
    running.once('exit', () => void filmAgain(running));
  }

  async function filmAgain(after: ChildProcess): Promise<void> {
    const isWanted = () => isAlive && child === after;
    while (isWanted()) {
      const isThere = comesTrue(async () => expect(!isWanted() || (await listens(target))).toBe(true));
      if (await isThere.then(isWanted, () => false)) film();
    }
  }

  async function end(): Promise<void> {
    isAlive = false;
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  }

  async function become(condition: Condition): Promise<void> {
    if (condition === 'frozen') {
      child?.kill('SIGSTOP');
      truth.turned(name, condition);
      return;
    }
    truth.turned(name, condition);
    await end();
    if (condition !== 'well') return;
    isAlive = true;
    film();
  }

  await become('well');
  return { name, kind: 'published', url: '', conditions: ['killed', 'frozen'], become, close: end };
}

/** Whether somebody takes connections there. */
function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

/** Watches for ever, whatever comes. @returns what ends it */
export function watchForEver(url: string): () => Promise<void> {
  let isOver = false;
  let leave: () => Promise<void> = async () => undefined;
  const watching = (async () => {
    while (!isOver) {
      const reader = await readWhenThere(url, () => !isOver).catch(() => undefined);
      leave = async () => reader?.close();
      if (isOver) await leave();
      await reader?.closed;
    }
  })();
  return async () => {
    isOver = true;
    await leave();
    await watching;
  };
}
