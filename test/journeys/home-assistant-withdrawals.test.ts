/** What is taken back while Home Assistant is not there is gone all the same when it is: at the embedded broker and at mosquitto. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { login, request, requestText } from '../support/api/mqtt.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import {
  type HomeAssistantRegistry,
  type HomeAssistantStandIn,
  openHomeAssistant,
} from '../support/home-assistant/home-assistant.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const BOTH = ['nestmtx_bridge', 'nestmtx_cam_1'];

describe.each([
  ['the embedded broker', false],
  ['mosquitto', true],
] as const)('Home Assistant at %s', (_name, isMosquitto) => {
  const isMissing = isMosquitto && mosquittoIsMissing;
  let mosquitto: Mosquitto | undefined;
  let port: number;
  let clock: ManualClock;
  let dataDir: string;
  let service: Service;
  let registry: HomeAssistantRegistry;
  let homeAssistant: HomeAssistantStandIn;

  const account = () => (mosquitto ? { username: mosquitto.username, password: mosquitto.password } : ADMIN);
  const environment = (): Record<string, string> => {
    if (!mosquitto) return { HA_DISCOVERY: 'true', MQTT_PORT: String(port) };
    const { username, password } = mosquitto;
    const broker = { MQTT_HOST: '127.0.0.1', MQTT_PORT: String(port), MQTT_USER: username, MQTT_PASS: password };
    return { HA_DISCOVERY: 'true', ...broker };
  };
  const start = async (env: Record<string, string> = {}) => {
    service = await startService({ clock, dataDir, env: { ...environment(), ...env } });
    // The clock of the test runs faster than a socket opens: what is given up by it must not be the connection.
    const health = async () => Object((await (await fetch(`${service.httpUrl}/api/health`)).json()).details);
    await eventually(async () => (await health()).mqtt?.healthy === true, 'the broker is there');
  };
  /** Connects, with what it kept, and says that it is there. */
  const comeBack = async (prefix?: string) => {
    homeAssistant = await openHomeAssistant({ url: `mqtt://127.0.0.1:${port}`, ...account() }, prefix, registry);
    await homeAssistant.start();
  };
  const until = (look: () => boolean, what: string) =>
    eventually(() => {
      clock.advance(250);
      return look();
    }, what);
  const knows = (ids: readonly string[]) =>
    until(() => homeAssistant.registered().join() === ids.join(), `the registry holds ${ids.join()}`);

  /** What it has subscribed to is heard once it answers, a birth too. */
  async function answers(): Promise<void> {
    const client = await service.client(account());
    await login(client, ADMIN.username, ADMIN.password);
    await client.end();
  }

  async function ask(command: 'create' | 'delete', entity?: string): Promise<void> {
    const client = await service.client(account());
    const token = await login(client, ADMIN.username, ADMIN.password);
    const payload = { name: 'Door', mtx_path: 'door', is_enabled: true };
    if (entity === undefined) await request(client, { command, module: 'cameras', token, payload });
    else await requestText(client, { command, module: 'cameras', token, entity });
    await client.end();
  }

  beforeEach(async () => {
    // One for each test: what another one's service has left there would be taken for what ours has announced.
    if (isMosquitto && !isMissing) mosquitto = await startMosquitto();
    port = mosquitto?.port ?? (await freePort());
    dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-'));
    clock = manualClock();
    registry = new Map();
    if (isMissing) return;
    await start();
    await comeBack();
    await ask('create');
    await knows(BOTH);
  });

  afterEach(async () => {
    await homeAssistant?.end();
    await service?.stop();
    await mosquitto?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it.skipIf(isMissing)('lets go of a camera that was deleted while it was away', async () => {
    await homeAssistant.end();
    await ask('delete', '1');
    clock.advance(60_000);
    await comeBack();
    await knows(['nestmtx_bridge']);
  });

  it.skipIf(isMissing)('lets go of a camera that was deleted before it was back after our own restart', async () => {
    await homeAssistant.end();
    await service.app.close();
    await start();
    await ask('delete', '1');
    clock.advance(12_000);
    await comeBack();
    await knows(['nestmtx_bridge']);
  });

  it.skipIf(isMissing)('lets go of everything when discovery was switched off while it was away', async () => {
    await homeAssistant.end();
    await service.app.close();
    await start({ HA_DISCOVERY: 'false' });
    await answers();
    clock.advance(12_000);
    await comeBack();
    await knows([]);
  });

  it.skipIf(isMissing)('lets go of the old devices before it knows those of another base topic', async () => {
    await homeAssistant.end();
    await service.app.close();
    await start({ MQTT_BASE_TOPIC: 'house' });
    clock.advance(9000);
    await comeBack();
    const seen = new Set<string>();
    await until(() => {
      seen.add(homeAssistant.registered().join());
      return homeAssistant.registered().length === 2 && homeAssistant.registered().includes('house_cam_1');
    }, 'the new devices');
    const mixed = [...seen].filter((ids) => ids.includes('house') && ids.includes('nestmtx_'));
    expect(mixed).toEqual([]);
  });
});
