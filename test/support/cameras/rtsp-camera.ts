/** Owns a real RTSP camera for tests: GStreamer's RTSP server from Debian, as a process that can be killed and frozen. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endsWithUs } from '../children.ts';
import { freePort } from '../free-port.ts';

const PROGRAM = fileURLToPath(new URL('rtsp-camera.py', import.meta.url));
/** Debian's own, since its packages serve no other Python. */
const PYTHON = '/usr/bin/python3';
const NEEDS =
  "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer, Gst; Gst.init(None)";
const PLUGINS =
  "; import sys; sys.exit(any(Gst.ElementFactory.find(name) is None for name in ('x264enc', 'rtph264pay')))";

export interface RtspCamera {
  readonly port: number;
  readonly url: string;
  freeze(): void;
  thaw(): void;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
}

/** True when the camera can run here; where everything is required (`CI`), it throws instead of false. */
export function hasRtspCamera(): boolean {
  if (spawnSync(PYTHON, ['-c', NEEDS + PLUGINS]).status === 0) return true;
  if (process.env['CI']) throw new Error("GStreamer's RTSP server is required in CI and is not installed");
  process.stdout.write("skipped: GStreamer's RTSP server is not installed\n");
  return false;
}

interface Served {
  /** Without a slash before it. */
  readonly path?: string;
  /** `user:password`, where it wants one. */
  readonly login?: string;
}

/** Resolves when it listens. @param port a free one unless given */
export async function startRtspCamera(port?: number, { path = 'cam', login }: Served = {}): Promise<RtspCamera> {
  const at = port ?? (await freePort());
  const own = [String(at), path, ...(login === undefined ? [] : [login])];
  const child = endsWithUs(spawn(PYTHON, [PROGRAM, ...own], { stdio: ['ignore', 'pipe', 'inherit'] }));
  await listens(child);
  return {
    port: at,
    url: `rtsp://${login === undefined ? '' : `${login}@`}127.0.0.1:${at}/${path}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** It says so, by a line. */
function listens(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('close', () => reject(new Error('the camera ended before it listened')));
  });
}
