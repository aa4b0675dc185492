/** Owns go2rtc itself as a process of a test: on loopback and free ports, with a file of its own, started and stopped at will. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endsWithUs } from '../children.ts';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';

export interface Go2RtcProgram {
  readonly apiUrl: string;
  readonly rtspPort: number;
  /** Resolves when its API answers; rejects with what it said when it does not. */
  start(): Promise<void>;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/** @param streams by name, as its file has them */
export async function go2RtcProgram(
  program: string,
  directory: string,
  streams: Readonly<Record<string, string>>,
): Promise<Go2RtcProgram> {
  const [apiPort, rtspPort] = [await freePort(), await freePort()];
  const file = join(directory, 'go2rtc.yaml');
  const listen = (port: number) => ({ listen: `127.0.0.1:${port}` });
  // What is JSON is YAML; a file of that other name is a store of old, and taken away.
  const settings = { api: listen(apiPort), rtsp: listen(rtspPort), webrtc: { listen: '' }, streams };
  await writeFile(file, JSON.stringify(settings));
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  let child: ChildProcess | undefined;
  return {
    apiUrl,
    rtspPort,
    async start() {
      const { PATH = '', HOME = '' } = process.env;
      const running = endsWithUs(
        spawn(program, ['-config', file], { cwd: directory, env: { PATH, HOME }, stdio: 'pipe' }),
      );
      child = running;
      const said: string[] = [];
      for (const stream of [running.stdout, running.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await answers(apiUrl))) {
        if (running.exitCode !== null || Date.now() > deadline)
          throw new Error(`go2rtc does not start: ${said.join('')}`);
      }
    },
    async stop() {
      const running = child;
      child = undefined;
      if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
      const gone = once(running, 'exit');
      running.kill('SIGKILL');
      await gone;
    },
  };
}

async function answers(apiUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${apiUrl}/api/streams`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
