import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, selfSignedCertificate } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { asking, keeping, node, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, type ServiceOptions, startService } from '../../support/service.ts';

const DAY_MS = 86_400_000;

let red: NodeRed;
const opened: Service[] = [];

beforeAll(async () => {
  red = await startNodeRed();
});

afterEach(async () => {
  await red.deploy([TAB]);
  for (const service of opened.splice(0)) await service.stop();
});

afterAll(() => red.stop());

async function start(options: ServiceOptions = {}): Promise<Service> {
  const service = await startService(options);
  opened.push(service);
  return service;
}

const cameras = asking('cameras');

/** Deploys it, and asks until the answer is what is wanted. */
async function ask(config: FlowNode, isGood?: Parameters<typeof settled>[1]): ReturnType<typeof settled> {
  await red.deploy([TAB, config, ...cameras]);
  return settled(() => red.post('cameras'), isGood);
}

const saying = (words: string) => (answer: { body: unknown }) => JSON.stringify(answer.body).includes(words);

describe('the nodes at our service', () => {
  it('go on without a redeploy when it was stopped and started again: requests, the login and events', async () => {
    const env = { MQTT_PORT: String(await freePort()), MQTT_BASE_TOPIC: 'home/garden/nestmtx' };
    const first = await startService({ env });
    const { dataDir } = first;
    const config = server(first.mqttUrl, ADMIN, { baseTopic: 'home/garden/nestmtx' });
    const wanted = { server: 'server', domain: 'camera', entity: '', events: ['created'], holdSeconds: '0' };
    const event = node('event', 'nestmtx-event', [], { ...wanted, outputs: 1 });
    await red.deploy([TAB, config, ...cameras, ...asking('create', { command: 'create' }), ...keeping(event)]);
    await settled(() => red.post('cameras'));
    await first.app.close();
    const { body } = await settled(() => red.post('cameras'), saying('not connected'));
    expect(body).toMatchObject({ code: 'not_connected' });
    await start({ env, dataDir });
    await settled(() => red.post('cameras'));
    await red.post('create', { name: 'After the restart' });
    const kept = await settled(
      () => red.post('kept'),
      ({ body: messages }) => (messages as unknown[]).length > 0,
    );
    expect(kept.body).toMatchObject([{ camera: { name: 'After the restart' }, event: { name: 'created' } }]);
  });

  it('log in again when the token has expired, and a flow notices nothing', async () => {
    const clock: ManualClock = manualClock(new Date().toISOString());
    const { mqttUrl } = await start({ clock });
    await ask(server(mqttUrl, ADMIN));
    clock.advance(2 * DAY_MS);
    expect((await red.post('cameras')).status).toBe(200);
  });

  it('say so when a token that the user gave has expired', async () => {
    const clock: ManualClock = manualClock(new Date().toISOString());
    const { mqttUrl, httpUrl } = await start({ clock });
    const headers = { 'content-type': 'application/json' };
    const login = await fetch(`${httpUrl}/api/auth`, { method: 'POST', headers, body: JSON.stringify(ADMIN) });
    const { bearer: token } = (await login.json()) as { bearer: string };
    await ask(server(mqttUrl, ADMIN, { login: 'token', credentials: { ...ADMIN, token } }));
    clock.advance(2 * DAY_MS);
    const { status, body } = await red.post('cameras');
    expect([status, body]).toMatchObject([500, { code: 'unauthorized' }]);
    expect(red.output() + JSON.stringify(body)).not.toContain(token);
  });

  it('say that the broker takes no such password, and never which', async () => {
    const { mqttUrl } = await start();
    const { body } = await ask(server(mqttUrl, { ...ADMIN, password: 'guesswork' }), saying('to the broker:'));
    expect(body).toMatchObject({
      code: 'not_connected',
      message: expect.stringMatching(/not authori[sz]ed|password/i),
    });
    expect(red.output() + JSON.stringify(body)).not.toContain('guesswork');
    expect((await ask(server(mqttUrl, ADMIN))).status).toBe(200);
  });

  it('refuse a camera that was deleted after it was chosen, with the words of the API', async () => {
    const { mqttUrl } = await start();
    const flow = [
      ...asking('create', { command: 'create' }),
      ...asking('read', { command: 'read', entity: '1' }),
      ...asking('delete', { command: 'delete', entity: '1' }),
    ];
    await red.deploy([TAB, server(mqttUrl, ADMIN), ...cameras, ...flow]);
    await settled(() => red.post('cameras'));
    await red.post('create', { name: 'Short life' });
    expect((await red.post('read')).status).toBe(200);
    await red.post('delete');
    const { status, body } = await red.post('read');
    expect([status, body]).toMatchObject([500, { code: 'not_found', message: expect.stringContaining('not found') }]);
  });
});

describe('over TLS, with a configuration of core', () => {
  let certificate: Certificate;

  beforeAll(async () => {
    certificate = await selfSignedCertificate();
  });

  afterAll(() => certificate.remove());

  /** As the editor saves it. */
  function tls(ca: string): FlowNode {
    const empty = { cert: '', key: '', servername: '', alpnprotocol: '' };
    return { id: 'tls', type: 'tls-config', ...empty, ca, verifyservercert: true };
  }

  async function broker(): Promise<string> {
    const port = String(await freePort());
    const { certFile: MQTT_TLS_CERT, keyFile: MQTT_TLS_KEY } = certificate;
    await start({ env: { MQTT_TLS_CERT, MQTT_TLS_KEY, MQTT_TLS_PORT: port } });
    return `127.0.0.1:${port}`;
  }

  it('the server node trusts the authority that is given there', async () => {
    const config = server(await broker(), ADMIN, { tls: 'tls' });
    await red.deploy([TAB, tls(certificate.certFile), config, ...cameras]);
    expect((await settled(() => red.post('cameras'))).status).toBe(200);
  });

  it('the server node says why it trusts nobody else', async () => {
    const config = server(await broker(), ADMIN, { tls: 'tls' });
    await red.deploy([TAB, tls(''), config, ...cameras]);
    const { body } = await settled(() => red.post('cameras'), saying('self-signed'));
    expect(body).toMatchObject({ code: 'not_connected' });
  });
});
