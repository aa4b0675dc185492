/** The service as a process: first start, restarts, signals, exit codes, and bad configuration. */

import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { login, request, requestText } from '../support/api/mqtt.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { comesTrue } from '../support/patience.ts';
import { runProgram, type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

const ADMIN = { ADMIN_USERNAME: 'root', ADMIN_PASSWORD: 'the first password' };

describe('the process', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let running: ServiceProcess | undefined;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    running = undefined;
  });

  afterEach(async () => {
    running?.kill('SIGKILL');
    await running?.exit;
    await directory.remove();
  });

  async function start(env: Record<string, string> = ADMIN): Promise<ServiceProcess> {
    running = await startProcess(directory.path, env);
    return running;
  }

  async function stop(service: ServiceProcess): Promise<number | null> {
    service.kill('SIGTERM');
    return (await service.exit).code;
  }

  const connect = (service: ServiceProcess, username = 'root', password = ADMIN.ADMIN_PASSWORD) =>
    connectClient({ url: `mqtt://127.0.0.1:${service.mqttPort}`, username, password });

  it('generates the first administrator’s password, shows it once, and logs it never', async () => {
    const first = await start({});
    const password = await eventually(() => /password (\S+)\n/.exec(first.output())?.[1], 'a password');
    expect(password).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(first.output().split(password)).toHaveLength(2);
    const client = await connect(first, 'admin', password);
    expect(await login(client, 'admin', password)).toMatch(/^oat_/);
    await client.end();
    await stop(first);
    const second = await start({});
    expect(second.output()).not.toContain('password');
    await (await connect(second, 'admin', password)).end();
  });

  it('never brings a deleted first administrator back', async () => {
    const first = await start();
    const client = await connect(first);
    const token = await login(client, 'root', ADMIN.ADMIN_PASSWORD);
    const payload = { username: 'other', password: 'another password', can_login: true, role: 'admin' };
    await request(client, { command: 'create', module: 'users', payload, token });
    const other = await login(client, 'other', 'another password');
    const watcher = await connect(first, 'other', 'another password');
    expect(await requestText(watcher, { command: 'delete', module: 'users', entity: '1', token: other })).toBe('');
    await watcher.end();
    await stop(first);
    const second = await start();
    await expect(connect(second)).rejects.toThrow();
    await (await connect(second, 'other', 'another password')).end();
  });

  it('keeps its files for itself: mode 0600 in a directory of mode 0700', async () => {
    const inner = join(directory.path, 'data');
    await start({ ...ADMIN, DATA_DIR: inner });
    expect((await stat(inner)).mode & 0o777).toBe(0o700);
    for (const name of ['store.journal', 'app.key', 'service.json', 'broker.journal']) {
      await comesTrue(async () => expect((await stat(join(inner, name))).mode & 0o777, name).toBe(0o600));
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s answers what is in flight, then says offline, and exits with 0',
    async (signal) => {
      const service = await start();
      const client = await connect(service);
      await client.subscribe(['nestmtx/responses/#', 'nestmtx/availability']);
      expect((await client.next('nestmtx/availability')).text).toBe('online');
      const ids = Array.from({ length: 20 }, (_, index) => `login-${index}`);
      // Each of these costs a slow hash, since no password was right lately.
      for (const [index, requestId] of ids.entries()) {
        const payload = { username: 'root', password: `wrong ${index % 5}` };
        await client.publish(
          'nestmtx/requests',
          JSON.stringify({ command: 'create', module: 'auth', requestId, payload }),
          { qos: 1 },
        );
      }
      service.kill(signal);
      expect((await client.next('nestmtx/availability')).text).toBe('offline');
      const answered = client.received.filter(({ topic }) => topic.startsWith('nestmtx/responses/login-'));
      const offline = client.received.findIndex(({ text }) => text === 'offline');
      expect(new Set(answered.map(({ topic }) => topic)).size).toBe(ids.length);
      expect(answered.every((message) => client.received.indexOf(message) < offline)).toBe(true);
      expect((await service.exit).code).toBe(0);
    },
  );

  it('starts again in the same process when an administrator asks, with the settings as they are written then', async () => {
    const file = join(directory.path, 'nestmtx-bridge.yaml');
    await writeFile(file, 'mqtt:\n  base_topic: before\n');
    const service = await start();
    const first = await connect(service);
    const restart = {
      command: 'update',
      module: 'service',
      entity: 'process',
      payload: { action: 'restart' },
    } as const;
    await first.subscribe('before/responses/#');
    const ask = async (requestId: string, message: object) => {
      await first.publish('before/requests', JSON.stringify({ ...message, requestId }), { qos: 1 });
      return (await first.next(`before/responses/${requestId}`)).text;
    };
    const payload = { username: 'root', password: ADMIN.ADMIN_PASSWORD };
    const { bearer: token } = JSON.parse(await ask('in', { command: 'create', module: 'auth', payload }));
    await writeFile(file, 'mqtt:\n  base_topic: [\n');
    expect(JSON.parse(await ask('no', { ...restart, token })).error.code).toBe('unavailable');
    await writeFile(file, 'mqtt:\n  base_topic: after\n');
    expect(await ask('yes', { ...restart, token })).toBe('');
    const ready = () =>
      service
        .output()
        .split('\n')
        .filter((line) => line.includes('"msg":"ready"'));
    await comesTrue(() => expect(ready()).toHaveLength(2));
    const { mqttPort, baseTopic } = JSON.parse(ready().at(-1) ?? '');
    expect(baseTopic).toBe('after');
    await (await connect({ ...service, mqttPort })).end();
    expect(await stop(service)).toBe(0);
  });

  it('that listens on one address is found there by the commands of its operator, and says so', async () => {
    const service = await start({ ...ADMIN, HOST: '127.0.0.2' });
    expect(service.output()).toContain(`"page":"http://127.0.0.2:${service.httpPort}/"`);
    const asked = await runProgram(['command', 'list', 'users'], { DATA_DIR: directory.path }, directory.path);
    expect(asked).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('root') });
  });

  it('an error that nobody caught is logged with its place, and ends the service in order, with exit code 1', async () => {
    const planted = "process.on('SIGUSR2', () => { throw new Error('planted'); });";
    const first = await start({
      ...ADMIN,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}`,
    });
    const client = await connect(first);
    await client.subscribe('nestmtx/availability');
    expect((await client.next('nestmtx/availability')).text).toBe('online');
    const token = await login(client, 'root', ADMIN.ADMIN_PASSWORD);
    await request(client, { command: 'create', module: 'cameras', payload: { name: 'Door' }, token });
    first.kill('SIGUSR2');
    first.kill('SIGUSR2');
    expect((await client.next('nestmtx/availability')).text).toBe('offline');
    expect(await client.closed).toBe(0x8b);
    expect(await first.exit).toEqual({ code: 1, signal: null });
    const [line = ''] = first
      .output()
      .split('\n')
      .filter((text) => text.includes('nobody caught'));
    expect(JSON.parse(line).err).toMatchObject({ message: 'planted', stack: expect.stringContaining('at process') });
    const again = await connect(await start());
    expect(await request(again, { command: 'list', module: 'cameras', token })).toMatchObject({ total: 1 });
    await again.end();
  });

  it('a second service on the same directory is told who holds it, and changes nothing', async () => {
    const service = await start();
    const env = { DATA_DIR: directory.path, HOST: '127.0.0.1', PORT: '0', MQTT_PORT: '0' };
    const second = await runProgram(['start'], env, directory.path);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${service.pid}`);
  });

  it('after kill -9 it starts again by itself with everything that was acknowledged', async () => {
    const first = await start();
    const client = await connect(first);
    const token = await login(client, 'root', ADMIN.ADMIN_PASSWORD);
    await request(client, { command: 'create', module: 'cameras', payload: { name: 'Door' }, token });
    first.kill('SIGKILL');
    await first.exit;
    const second = await start();
    const again = await connect(second);
    expect(await request(again, { command: 'list', module: 'cameras', token })).toMatchObject({
      total: 1,
      items: [{ name: 'Door' }],
    });
    await again.end();
  });

  it('bad configuration: all problems at once, a line each, no secret, exit code 2', async () => {
    const env = {
      DATA_DIR: directory.path,
      PORT: 'abc',
      MODE: 'dance',
      LOG_LEVEL: 'loud',
      APP_KEY: 'too-short-secret',
    };
    const { code, stderr } = await runProgram(['start'], env, directory.path);
    expect(code).toBe(2);
    for (const key of ['PORT', 'MODE', 'LOG_LEVEL', 'APP_KEY']) {
      expect(
        stderr.split('\n').filter((line) => line.includes(key)),
        key,
      ).toHaveLength(1);
    }
    expect(stderr).toContain('abc');
    expect(stderr).not.toContain('too-short-secret');
  });

  it('a port in use is named, with the setting that changes it, exit code 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const address = blocker.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const env = { DATA_DIR: directory.path, HOST: '127.0.0.1', PORT: '0', MQTT_PORT: port };
    const { code, stderr } = await runProgram(['start'], env, directory.path);
    blocker.close();
    expect(code).toBe(1);
    expect(stderr).toContain(port);
    expect(stderr).toContain('MQTT_PORT');
  });

  it('a store that cannot be read is named with its byte, kept as it is, and never overwritten', async () => {
    await mkdir(directory.path, { recursive: true });
    const journal = join(directory.path, 'store.journal');
    await writeFile(journal, '{"users":[{"name":"from somewhere else"}]}\n');
    const env = { DATA_DIR: directory.path, HOST: '127.0.0.1', PORT: '0', MQTT_PORT: '0' };
    const { code, stderr } = await runProgram(['start'], env, directory.path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/store\.journal, line 1, byte 0/);
    expect(await readFile(journal, 'utf8')).toBe('{"users":[{"name":"from somewhere else"}]}\n');
  });
});
