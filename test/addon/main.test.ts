/** Pins the program of the image as an operating system sees it: with Supervisor and without, told to stop, and told nonsense. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSupervisor, SUPERVISOR_TOKEN, startFakeSupervisor } from '../support/app/fake-supervisor.ts';
import { PROXY, send } from '../support/app/ingress.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { APP_MAIN, runProgram, type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let supervisor: FakeSupervisor;
let running: ServiceProcess | undefined;
beforeEach(async () => {
  [directory, supervisor] = await Promise.all([temporaryDirectory(), startFakeSupervisor()]);
});
afterEach(async () => {
  running?.kill('SIGKILL');
  await running?.exit;
  running = undefined;
  await supervisor.close();
  await directory.remove();
});

/** The environment of an app, on ports that are free here. */
async function place(options: object | string): Promise<Record<string, string>> {
  const optionsFile = join(directory.path, 'options.json');
  await writeFile(optionsFile, typeof options === 'string' ? options : JSON.stringify(options));
  return {
    SUPERVISOR_TOKEN,
    SUPERVISOR_URL: supervisor.url,
    OPTIONS_FILE: optionsFile,
    INGRESS_PROXY: PROXY,
    INGRESS_PORT: String(await freePort()),
    EMBEDDED_PORT: '0',
  };
}

describe('with Supervisor', () => {
  it('comes up without any broker, shows the password once, lets Home Assistant in, and ends with 0', async () => {
    const env = await place({ log_level: 'info' });
    running = await startProcess(directory.path, env, APP_MAIN);
    const { output } = running;
    await eventually(() => output().includes('is shown this once'));
    expect(output().match(/The first administrator is "admin" with the password \S+/g)).toHaveLength(1);
    await eventually(() => supervisor.requests.length > 0);
    expect((await send(Number(env['INGRESS_PORT']), '/api/cameras')).status).toBe(200);
    expect(output()).not.toContain(SUPERVISOR_TOKEN);
    running.kill('SIGTERM');
    expect(await running.exit).toEqual({ code: 0, signal: null });
  });

  it('goes on when Supervisor goes away, and ends with 0 then, too', async () => {
    running = await startProcess(directory.path, await place({}), APP_MAIN);
    const { output, httpPort } = running;
    supervisor.misbehave('hangs up');
    await eventually(() => output().includes('could not be asked for its MQTT broker'), 'the outage');
    expect((await fetch(`http://127.0.0.1:${httpPort}/healthz`)).status).toBe(200);
    running.kill('SIGTERM');
    expect(await running.exit).toEqual({ code: 0, signal: null });
  });

  it('names every wrong option, one line each, and ends with 2', async () => {
    const env = await place({ log_level: 'loud', provide_broker: true, hook_secret: 'a-secret', camera: 1 });
    const { code, stderr } = await runProgram(['start'], env, directory.path, APP_MAIN);
    expect(code).toBe(2);
    for (const key of ['log_level', 'provide_broker', 'hook_secret', 'camera']) {
      expect(
        stderr.split('\n').filter((line) => line.trim().startsWith(`${key} in `)),
        key,
      ).toHaveLength(1);
    }
    expect(stderr).not.toContain('a-secret');
  });

  it.each(['', 'null'])('ends with 2 where Supervisor has written no options: %j', async (text) => {
    const { code, stderr } = await runProgram(['start'], await place(text), directory.path, APP_MAIN);
    expect([code, stderr]).toEqual([2, expect.stringContaining('options.json: expected a JSON object')]);
  });
});

describe('without Supervisor', () => {
  it('is the service as anywhere: configured by the environment, with no port for Home Assistant', async () => {
    const port = await freePort();
    running = await startProcess(directory.path, { INGRESS_PORT: String(port) }, APP_MAIN);
    expect((await fetch(`http://127.0.0.1:${running.httpPort}/healthz`)).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    running.kill('SIGTERM');
    expect((await running.exit).code).toBe(0);
  });

  it('knows the commands of the service', async () => {
    const { code, stdout } = await runProgram(['help'], {}, directory.path, APP_MAIN);
    expect([code, stdout]).toEqual([0, expect.stringContaining('nestmtx-bridge')]);
  });
});
