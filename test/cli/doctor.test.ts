import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { freePort } from '../support/free-port.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { type CommandLine, commandLine } from './command-line.ts';

let cli: CommandLine;
let service: HttpStandIn;

beforeEach(async () => {
  cli = await commandLine();
  service = await startHttpStandIn();
  cli.env['HOST'] = '127.0.0.1';
  cli.env['PORT'] = String(await freePort());
  cli.env['MQTT_PORT'] = String(await freePort());
  cli.program = {
    ...cli.program,
    openOffline: async () => ({ execute: async () => ({ ok: true, value: 1 }), close: async () => undefined }),
  };
});

afterEach(async () => {
  await service.close();
  await cli.remove();
});

interface Result {
  readonly name: string;
  readonly ok: boolean | null;
  readonly detail: string;
  readonly cure?: string;
}

async function diagnose(): Promise<Record<string, Result>> {
  const results = (await cli.json('doctor')) as Result[];
  return Object.fromEntries(results.map((result) => [result.name, result]));
}

async function run(health: object): Promise<void> {
  service.answer(() => ({ body: health }));
  await mkdir(join(cli.dir, 'data'));
  await writeFile(join(cli.dir, 'data', 'service.json'), JSON.stringify({ pid: 1, url: service.url, token: 'x' }));
}

async function occupy(port: string | undefined) {
  const server = createServer().listen(Number(port), '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('doctor', () => {
  it('finds nothing wrong before the first start', async () => {
    const { code, out } = await cli.run('doctor');
    expect(out).not.toContain('✗');
    expect(out).toContain(`✓ HTTP port: ${cli.env['PORT']} is free; the service is not running`);
    expect(out).toContain('! MediaMTX: not used\n    → Set MEDIAMTX_URL');
    expect(code).toBe(0);
  });

  it('stops at a wrong configuration, and tells all of it', async () => {
    cli.env['MODE'] = 'lead';
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ configuration: MODE: got "lead", expected/);
    expect(out).not.toContain('HTTP port');
  });

  it('finds our service running', async () => {
    const broker = await occupy(cli.env['MQTT_PORT']);
    await run({ healthy: 'healthy', details: {} });
    const found = await diagnose();
    expect(found['HTTP port']).toMatchObject({ ok: true, detail: 'our service answers and is healthy' });
    expect(found['MQTT port']).toMatchObject({ ok: true });
    expect(found['store']).toMatchObject({ ok: true, detail: 'in use by the running service' });
    broker.close();
  });

  it('finds what the service itself complains of', async () => {
    await run({ healthy: 'degraded', details: { app: { healthy: true }, broker: { healthy: null } } });
    const found = await diagnose();
    expect(found['HTTP port']).toMatchObject({
      ok: null,
      detail: 'our service answers and is degraded, not well: broker',
    });
    expect(found['MQTT port']).toMatchObject({ ok: false, cure: 'Read its log.' });
  });

  it('says so when the service runs with other settings than these', async () => {
    service.answer(() => ({ body: { healthy: 'healthy', details: {} } }));
    await mkdir(join(cli.dir, 'data'));
    const place = { pid: 1, url: service.url, mqttPort: 1, token: 'x' };
    await writeFile(join(cli.dir, 'data', 'service.json'), JSON.stringify(place));
    const found = await diagnose();
    expect(found['MQTT port']).toMatchObject({
      ok: null,
      detail: expect.stringContaining('has its broker on port 1,'),
    });
  });

  it('takes no arguments, and neither does help more than one', async () => {
    expect(await cli.run('doctor', 'extra')).toMatchObject({
      code: 2,
      err: expect.stringContaining('too many arguments'),
    });
    expect(await cli.run('help', 'users', 'extra')).toMatchObject({ code: 2 });
    expect(await cli.run('help', 'nothing')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no command nothing'),
    });
  });

  it('finds a stranger on a port of ours', async () => {
    const stranger = await occupy(cli.env['MQTT_PORT']);
    cli.env['PORT'] = String(service.port);
    const found = await diagnose();
    expect(found['HTTP port']).toMatchObject({ ok: false, detail: expect.stringContaining('is no NestMTX service') });
    expect(found['MQTT port']).toMatchObject({ ok: false, cure: expect.stringContaining('set MQTT_PORT') });
    stranger.close();
  });

  it('finds a data folder that cannot be written', async () => {
    await writeFile(join(cli.dir, 'file'), '');
    cli.env['DATA_DIR'] = join(cli.dir, 'file', 'data');
    const found = await diagnose();
    expect(found['data folder']).toMatchObject({ ok: false, detail: expect.stringContaining('ENOTDIR') });
  });

  it('finds a store that cannot be opened', async () => {
    cli.program = { ...cli.program, openOffline: () => Promise.reject(new Error('process 42 holds it')) };
    expect((await diagnose())['store']).toMatchObject({ ok: false, detail: 'process 42 holds it' });
  });

  it.each([
    [401, false, 'MEDIAMTX_USER and MEDIAMTX_PASS'],
    [404, false, 'the address of its control API'],
    [200, true, ''],
  ])('finds MediaMTX that answers with %i', async (status, ok, cure) => {
    service.answer(() => ({ status, body: {} }));
    cli.env['MEDIAMTX_URL'] = service.url;
    cli.env['MEDIAMTX_USER'] = 'api';
    cli.env['MEDIAMTX_PASS'] = 'p4ss';
    const { MediaMTX: found } = await diagnose();
    expect(found?.ok).toBe(ok);
    expect(found?.cure ?? '').toContain(cure);
    expect(service.requests.at(-1)).toMatchObject({
      target: '/v3/config/global/get',
      headers: { authorization: `Basic ${btoa('api:p4ss')}` },
    });
  });

  it.each([
    [401, false, 'GO2RTC_USER and GO2RTC_PASS'],
    [404, false, 'the address of its API'],
    [200, true, ''],
  ])('finds go2rtc that answers with %i', async (status, ok, cure) => {
    service.answer(() => ({ status, body: {} }));
    cli.env['GO2RTC_URL'] = `${service.url}/`;
    cli.env['GO2RTC_USER'] = 'api';
    cli.env['GO2RTC_PASS'] = 'p4ss';
    const { go2rtc: found } = await diagnose();
    expect(found?.ok).toBe(ok);
    expect(found?.cure ?? '').toContain(cure);
    expect(service.requests.at(-1)).toMatchObject({
      target: '/api',
      headers: { authorization: `Basic ${btoa('api:p4ss')}` },
    });
  });

  it('asks the further checks too, and survives one that fails', async () => {
    const broken = { name: 'moon', run: () => Promise.reject(new Error('no moon')) };
    const fine = { name: 'sun', run: async () => ({ ok: true, detail: 'up' }) };
    cli.program = { ...cli.program, checks: async () => [broken, fine] };
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(1);
    expect(out).toContain('✗ moon: no moon\n✓ sun: up\n');
  });

  it('finds an old Node', async () => {
    expect((await diagnose())['Node.js']).toMatchObject({ ok: true, detail: process.version });
  });
});

describe.skipIf(mosquittoIsMissing)('doctor at an external broker', () => {
  it('logs in, or tells what to check', async () => {
    const { port, username, password, stop } = await startMosquitto();
    Object.assign(cli.env, {
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: String(port),
      MQTT_USER: username,
      MQTT_PASS: password,
    });
    expect((await diagnose())['MQTT broker']).toMatchObject({ ok: true });
    cli.env['MQTT_PASS'] = 'wrong';
    expect((await diagnose())['MQTT broker']).toMatchObject({ ok: false, cure: 'Check MQTT_USER and MQTT_PASS.' });
    await stop();
    expect((await diagnose())['MQTT broker']).toMatchObject({
      ok: false,
      detail: expect.stringContaining('ECONNREFUSED'),
      cure: 'Check MQTT_HOST and MQTT_PORT, and that it runs.',
    });
  });
});
