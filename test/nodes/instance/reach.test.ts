import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, selfSignedCertificate } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { acting } from './setting.ts';

let certificate: Certificate;
let service: Service;
let red: NodeRed;
let httpsUrl: string;

beforeAll(async () => {
  certificate = await selfSignedCertificate();
  const port = String(await freePort());
  httpsUrl = `https://127.0.0.1:${port}`;
  const { certFile: HTTPS_CERT, keyFile: HTTPS_KEY } = certificate;
  const env = { HTTPS_PORT: port, HTTPS_CERT, HTTPS_KEY, INSTANCE_SERVER: 'container-4711' };
  [service, red] = await Promise.all([startService({ env }), startNodeRed()]);
});

afterAll(async () => {
  await red.stop();
  await service.stop();
  await certificate.remove();
});

function account(url: string, properties: Readonly<Record<string, unknown>> = {}): FlowNode {
  const fixed = { id: 'account', type: 'mqtt-instance-account', name: '', login: 'password', brokerTls: 'auto' };
  return { ...fixed, url, credentials: ADMIN, ...properties };
}

/** As the editor saves it. */
function tls(ca: string): FlowNode {
  const empty = { cert: '', key: '', servername: '', alpnprotocol: '' };
  return { id: 'tls', type: 'tls-config', ...empty, ca, verifyservercert: true };
}

async function list(...config: readonly FlowNode[]): Promise<{ status: number; body: unknown }> {
  await red.deploy([TAB, ...config, ...acting('list', {})]);
  return red.post('list');
}

const refused = (code: string, words: string) => ({
  status: 500,
  body: { error: { code, message: expect.stringContaining(words) } },
});

describe('an instance account', () => {
  it('trusts the authority that its TLS configuration names, and says why it trusts nobody else', async () => {
    const trusted = account(httpsUrl, { tls: 'tls' });
    expect(await list(tls(certificate.certFile), trusted)).toMatchObject({ status: 200 });
    expect(await list(account(httpsUrl))).toMatchObject(refused('not_connected', 'its certificate is not trusted'));
    expect(await list(tls(''), trusted)).toMatchObject(refused('not_connected', 'its certificate is not trusted'));
    expect(await list(trusted)).toMatchObject(refused('not_deployed', 'no instance account is chosen'));
    expect(red.output()).toContain('the TLS configuration is missing or disabled (not_deployed)');
  });

  it('says in words that it was led to another port: HTTP for HTTPS, MQTT for HTTP, nothing at all', async () => {
    const secure = service.httpUrl.replace('http:', 'https:');
    expect(await list(account(secure))).toMatchObject(refused('not_connected', 'does not speak TLS'));
    const mqtt = service.mqttUrl.replace('mqtt:', 'http:');
    expect(await list(account(mqtt))).toMatchObject(refused('not_connected', 'is it the right port?'));
    const nothing = `http://127.0.0.1:${await freePort()}`;
    expect(await list(account(nothing))).toMatchObject(
      refused('not_connected', 'nothing listens at this host and port'),
    );
  });

  it('puts a host in place of the one that instances tell, which may be known at the service alone', async () => {
    await red.deploy([TAB, account(service.httpUrl), ...acting('create', { action: 'create' })]);
    const { body: made } = await red.post('create');
    expect(made).toMatchObject({ payload: { server: 'container-4711' }, broker: { broker: 'container-4711' } });
    const named = account(service.httpUrl, { brokerHost: '127.0.0.1' });
    const { _id: id } = (made as { payload: { _id: string } }).payload;
    await red.deploy([TAB, named, ...acting('read', { action: 'read' })]);
    expect((await red.post('read', { id })).body).toMatchObject({
      payload: { server: 'container-4711' },
      broker: { broker: '127.0.0.1', force: true },
    });
  });

  it('uses what an older flow has in its URL, says so in the log, and never shows it', async () => {
    const login = `${ADMIN.username}:${encodeURIComponent(ADMIN.password)}`;
    const older = account(service.httpUrl.replace('://', `://${login}@`), { credentials: {} });
    expect(await list(older)).toMatchObject({ status: 200 });
    expect(red.output()).toContain('the setting “url” holds a user name, a password or a token');
    const [words] = ADMIN.password.split(' ');
    expect(red.output()).not.toContain(words);
  });
});
