/** The image as an app of Home Assistant: Supervisor's options, services and proxy, at the addresses they really have. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type AppContainer, repeatedly, startContainer } from '../../support/app/container.ts';
import { type FakeSupervisor, SUPERVISOR_TOKEN, startFakeSupervisor } from '../../support/app/fake-supervisor.ts';
import { type AppImage, appImageIsMissing, BUILD_TIMEOUT_MS, buildAppImage } from '../../support/app/image.ts';
import { type AppNetwork, openAppNetwork, SUPERVISOR_ADDRESS } from '../../support/app/network.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../../support/brokers/mqtt-client.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { PATIENCE_MS } from '../../support/patience.ts';

const INGRESS_PATH = '/api/hassio_ingress/dG9rZW4tb2YtYS1zZXNzaW9u';
const PERSON = { 'X-Ingress-Path': INGRESS_PATH, 'X-Remote-User-Id': '5eed5eed5eed', 'X-Remote-User-Name': 'anna' };

/** What the app starts with where nobody has changed anything. */
const { options: defaults } = parse(readFileSync(new URL('../../../config.yaml', import.meta.url), 'utf8'));

describe.skipIf(appImageIsMissing || mosquittoIsMissing)('the app under Supervisor', () => {
  let app: AppImage;
  let network: AppNetwork;
  let folder: string;

  beforeAll(async () => {
    app = await buildAppImage();
    folder = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-app-'));
    network = await openAppNetwork(app);
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await network?.close();
    await rm(folder, { recursive: true });
  });

  async function start(options: object): Promise<AppContainer> {
    const data = await mkdtemp(join(folder, 'data-'));
    await writeFile(join(data, 'options.json'), JSON.stringify({ ...defaults, ...options }), { mode: 0o600 });
    return startContainer(app, { data, env: { SUPERVISOR_TOKEN }, flags: network.flags });
  }

  describe('with its options and its broker', () => {
    let mosquitto: Mosquitto;
    let supervisor: FakeSupervisor;
    let container: AppContainer | undefined;
    const clients: TestClient[] = [];

    beforeAll(async () => {
      const port = await freePort();
      mosquitto = await startMosquitto({ port, config: [`listener ${port} ${SUPERVISOR_ADDRESS}`] });
    });

    beforeEach(async () => {
      supervisor = await startFakeSupervisor({ host: SUPERVISOR_ADDRESS, port: 80 });
    });

    afterEach(async () => {
      for (const client of clients.splice(0)) await client.destroy();
      await container?.remove();
      container = undefined;
      await supervisor.close();
    });

    afterAll(() => mosquitto?.stop());

    async function startApp(options: object): Promise<AppContainer> {
      container = await start(options);
      return container;
    }

    function offerMosquitto(): void {
      const { port, username, password } = mosquitto;
      supervisor.offer({ host: 'core-mosquitto', port, username, password });
    }

    async function connect(url: string, login: { username: string; password: string }): Promise<TestClient> {
      const client = await connectClient({ url, ...login });
      clients.push(client);
      return client;
    }

    /** Hears at Home Assistant's broker whether the app is there. */
    async function availabilityOf(base: string): Promise<() => Promise<string>> {
      const { port, username, password } = mosquitto;
      const client = await connect(`mqtt://127.0.0.1:${port}`, { username, password });
      await client.subscribe(`${base}/availability`);
      return async () => (await client.next('#')).text;
    }

    it('does what options.json says', async () => {
      offerMosquitto();
      const { logged } = await startApp({ log_level: 'debug', mqtt_base_topic: 'house/nest' });
      expect(await logged(/"msg":"ready"/)).toContain('"baseTopic":"house/nest"');
      const availability = await availabilityOf('house/nest');
      expect(await availability()).toBe('online');
      expect(supervisor.strangers).toBe(0);
    });

    it('names an option that is wrong, and ends with 2', async () => {
      const { ended, log } = await startApp({ log_level: 'loud', mqtt_pass: 'no-log-may-hold-this' });
      expect(await ended()).toBe(2);
      expect(await log()).toContain('log_level in /data/options.json: got "loud"');
      expect(await log()).not.toContain('no-log-may-hold-this');
    });

    it('waits for a broker that comes late, over answers of every kind, and is healthy meanwhile', async () => {
      const { healthy, log } = await startApp({ mqtt_base_topic: 'late' });
      await healthy();
      await eventually(() => supervisor.requests.length >= 2, 'asked again after 400');
      supervisor.failWith(502);
      const asked = supervisor.requests.length;
      await eventually(() => supervisor.requests.length > asked, 'asked again after 502');
      supervisor.failWith(undefined);
      offerMosquitto();
      const availability = await availabilityOf('late');
      expect(await availability()).toBe('online');
      expect(await log()).not.toContain(mosquitto.password);
    });

    it('comes back when its broker does, while Supervisor is away', async () => {
      offerMosquitto();
      await startApp({ mqtt_base_topic: 'flapping' });
      const before = await availabilityOf('flapping');
      expect(await before()).toBe('online');
      await supervisor.close();
      await mosquitto.restart();
      const after = await availabilityOf('flapping');
      expect(await after()).toBe('online');
      supervisor = await startFakeSupervisor({ host: SUPERVISOR_ADDRESS, port: 80 });
    });

    it('says that it leaves, and ends with 0', async () => {
      offerMosquitto();
      const { stop } = await startApp({ mqtt_base_topic: 'leaving' });
      const availability = await availabilityOf('leaving');
      expect(await availability()).toBe('online');
      expect(await stop()).toBe(0);
      expect(await availability()).toBe('offline');
    });

    it('provides its own broker with a login that works, where the user wants that', async () => {
      const { address } = await startApp({ use_home_assistant_broker: false, provide_broker: true });
      await eventually(() => supervisor.requests.some(({ path }) => path === '/discovery'), 'announced');
      const provided = supervisor.requests.find(({ method, path }) => method === 'POST' && path === '/services/mqtt');
      const { host, port, username, password } = Object(provided?.body);
      expect(host).toBe('local-nestmtx-bridge');
      const client = await connect(`mqtt://${await address()}:${port}`, { username, password });
      expect(await client.subscribe('homeassistant/#')).toEqual([1]);
    });
  });

  describe('through ingress', () => {
    let container: AppContainer;
    let address: string;

    beforeAll(async () => {
      container = await start({ use_home_assistant_broker: false, ingress_role: 'user' });
      address = await container.address();
      await repeatedly(() => ask('/healthz', PERSON).catch(() => undefined), 'an answer at the ingress port');
    });

    afterAll(() => container?.remove());

    /** From the address of the proxy, as every request of this machine. */
    function ask(path: string, headers: Record<string, string>, port = 8099): Promise<Response> {
      return fetch(`http://${address}:${port}${path}`, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    }

    it('shows its page to the user of Home Assistant, with the role that the options give', async () => {
      const page = await ask('/', PERSON);
      expect(page.status).toBe(200);
      expect((await page.text()).match(/(?:src|href|action)="\/[^"]*"/g)).toBeNull();
      expect((await ask('/api/cameras', PERSON)).status).toBe(200);
      expect((await ask('/api/credentials', PERSON)).status).toBe(403);
    });

    it('refuses headers that are missing or forged', async () => {
      const { 'X-Ingress-Path': _, ...noPath } = PERSON;
      expect((await ask('/', noPath)).status).toBe(400);
      expect((await ask('/', { ...PERSON, 'X-Ingress-Path': '/"><script>' })).status).toBe(400);
      expect((await ask('/', { 'X-Ingress-Path': INGRESS_PATH })).status).toBe(400);
    });

    it('believes nobody but the proxy, and no identity at another port', async () => {
      // From an address on the same network, as another app would come.
      const request = `fetch('http://${address}:8099/', { headers: ${JSON.stringify(PERSON)} })`;
      const { stdout } = await container.exec('node', '-e', `${request}.then(({ status }) => console.log(status))`);
      expect(stdout.trim()).toBe('403');
      expect((await ask('/api/cameras', PERSON, 2000)).status).toBe(401);
    });
  });
});
