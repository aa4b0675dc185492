/** Whose a connection is that comes through a real HAProxy, with and without TLS; and what becomes of one that does not say so. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../../support/brokers/embedded.ts';
import { selfSignedCertificate } from '../../../support/certificate.ts';
import { endsWithUs } from '../../../support/children.ts';
import { freePort } from '../../../support/free-port.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { comesTrue } from '../../../support/patience.ts';
import { hasProgram } from '../../../support/programs.ts';

const CLIENT = '127.0.0.77';
const LOGIN = { username: 'alice', password: Buffer.from('alice') };
const CONNECT = generate({ cmd: 'connect', clientId: 'here', keepalive: 0, clean: true, ...LOGIN });

let test: TestBroker;
afterEach(() => test.stop());

const addresses = () => test.broker.sessions('instance:alice').map(({ address }) => address);

/** Logs in from another address of this machine. */
async function logIn(port: number, from: string, before: Uint8Array = Buffer.alloc(0)) {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  socket.write(Buffer.concat([before, CONNECT]));
  const answer = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  return { socket, isLetIn: Buffer.isBuffer(answer[0]) && answer[0][3] === 0 };
}

describe.skipIf(!hasProgram('haproxy'))('behind HAProxy', () => {
  let end: () => Promise<void>;
  let ports: { v1: number; v2: number; tls: number };
  let pem: string;
  beforeEach(async () => {
    const certificate = await selfSignedCertificate();
    pem = certificate.pem;
    const tls = { host: '127.0.0.1', port: 0, cert: pem, key: await readFile(certificate.keyFile) };
    await certificate.remove();
    test = await startTestBroker({ tls, balancers: ['127.0.0.1'] });
    ports = { v1: await freePort(), v2: await freePort(), tls: await freePort() };
    const { port, tlsPort } = test.broker;
    const dir = await mkdtemp(join(tmpdir(), 'nestmtx-haproxy-'));
    const listen = (name: string, from: number, to: number | undefined, how: string) =>
      `listen ${name}\n  bind 127.0.0.1:${from}\n  server one 127.0.0.1:${to} ${how}\n`;
    await writeFile(
      join(dir, 'cfg'),
      [
        'global\n  maxconn 100\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1h\n  timeout server 1h\n',
        listen('v1', ports.v1, port, 'send-proxy'),
        listen('v2', ports.v2, port, 'send-proxy-v2'),
        listen('tls', ports.tls, tlsPort, 'send-proxy-v2'),
      ].join(''),
    );
    const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
    const haproxy = endsWithUs(spawn('haproxy', ['-db', '-f', join(dir, 'cfg')], { stdio: 'ignore', env }));
    end = async () => {
      haproxy.kill('SIGKILL');
      await once(haproxy, 'exit');
      await rm(dir, { recursive: true });
    };
    await comesTrue(async () => {
      const socket = connect({ port: ports.tls, host: '127.0.0.1' });
      await once(socket, 'connect');
      socket.destroy();
    });
  });
  afterEach(() => end());

  it.each(['v1', 'v2'] as const)('a client has its own address, by PROXY %s', async (version) => {
    const { socket, isLetIn } = await logIn(ports[version], CLIENT);
    expect([isLetIn, addresses()]).toEqual([true, [CLIENT]]);
    socket.destroy();
  });

  it('a client has its own address under TLS, too', async () => {
    const below = connect({ port: ports.tls, host: '127.0.0.1', localAddress: CLIENT });
    const socket = connectTls({ socket: below, ca: pem, servername: 'localhost' });
    socket.write(CONNECT);
    await once(socket, 'data');
    expect(addresses()).toEqual([CLIENT]);
    socket.destroy();
  });

  it('a client that says itself that it is another one is no client', async () => {
    const forged = Buffer.from('PROXY TCP4 203.0.113.1 10.0.0.1 1 1883\r\n');
    expect((await logIn(ports.v2, CLIENT, forged)).isLetIn).toBe(false);
  });
});

describe('a connection', () => {
  it('of a balancer is refused where it does not say whose it is, and that is told', async () => {
    test = await startTestBroker({ balancers: ['loopback'] });
    expect((await logIn(test.broker.port, CLIENT)).isLetIn).toBe(false);
    expect(test.log.lines.map(({ message }) => message)).toContain(
      'a connection was refused that does not say whose it is',
    );
  });

  it('of a balancer that says nothing is ended in time', async () => {
    const clock = manualClock();
    test = await startTestBroker({ clock, balancers: ['loopback'], limits: { connectTimeoutMs: 5000 } });
    const socket = connect({ port: test.broker.port, host: '127.0.0.1' });
    socket.write('PROXY TCP4');
    const closed = once(socket, 'close');
    await comesTrue(() => expect(clock.waiting).toBeGreaterThan(0));
    socket.on('error', () => undefined);
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('from anywhere else is whose it is, and a header there is no MQTT', async () => {
    test = await startTestBroker({ balancers: ['10.0.0.0/8', '2001:db8::/32'] });
    const { socket, isLetIn } = await logIn(test.broker.port, CLIENT);
    expect([isLetIn, addresses()]).toEqual([true, [CLIENT]]);
    const forged = Buffer.from('PROXY TCP4 203.0.113.1 10.0.0.1 1 1883\r\n');
    expect((await logIn(test.broker.port, CLIENT, forged)).isLetIn).toBe(false);
    socket.destroy();
  });
});
