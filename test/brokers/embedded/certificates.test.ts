/** Pins who gets in by a certificate of the configured authority, and that the broker's own is renewed without a restart. */

import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCertificate } from '../../../src/system/certificate-files.ts';
import { startTestBroker, type TestBroker, until } from '../../support/brokers/embedded.ts';
import { connectClient } from '../../support/brokers/mqtt-client.ts';
import {
  type Authority,
  type Certificate,
  certificateAuthority,
  selfSignedCertificate,
} from '../../support/certificate.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

let authority: Authority;
let own: Certificate;
let newer: Certificate;
let test: TestBroker;

beforeAll(async () => {
  authority = await certificateAuthority();
  own = await selfSignedCertificate();
  newer = await selfSignedCertificate();
});

afterAll(async () => {
  for (const made of [authority, own, newer]) await made.remove();
});

afterEach(() => test.stop());

describe.each([false, true])('a client certificate, required: %s', (isRequired) => {
  beforeEach(async () => {
    const files = { cert: own.certFile, key: own.keyFile, clientCa: authority.certFile };
    const { current } = await openCertificate(files, { clock: manualClock(), log: recordingLog() });
    const address = { host: '127.0.0.1', port: 0, clientCertificateRequired: isRequired };
    test = await startTestBroker({ tls: { ...address, ...current } });
    test.directory.add('device', 'plug');
    test.directory.allow('plug', 'tele/plug/#');
  });

  const at = () => ({ url: `mqtts://127.0.0.1:${test.broker.tlsPort}`, ca: own.pem });
  /** No password, and no name unless it is given. */
  const byCertificate = (shown: object, more: object = {}) => connectClient({ ...at(), ...shown, ...more });

  it('lets its user in without a password, with the rights of that user', async () => {
    const shown = await authority.issue('plug');
    for (const more of [{}, { username: 'plug' }]) {
      const plug = await byCertificate(shown, more);
      await plug.publish('tele/plug/x', 'x', { qos: 1 });
      expect(await plug.subscribe('#')).toEqual([0x87]);
    }
    expect(test.broker.sessions('device:plug')).toHaveLength(2);
  });

  it('gives nobody the place of another user', async () => {
    const shown = await authority.issue('plug');
    await expect(byCertificate(shown, { username: 'root' })).rejects.toHaveProperty('code', 0x86);
    await expect(byCertificate(await authority.issue('nobody'))).rejects.toHaveProperty('code', 0x86);
  });

  it('makes no difference to whoever brings a name and its password', async () => {
    await test.client('carol', { ...at(), ...(await authority.issue('plug')) });
    expect(test.broker.sessions('user:carol')).toHaveLength(1);
    await expect(
      test.client('carol', { ...at(), ...(await authority.issue('plug')), password: 'wrong' }),
    ).rejects.toHaveProperty('code', 0x86);
  });

  it('of another authority is none', async () => {
    const stranger = await certificateAuthority();
    const shown = await stranger.issue('plug');
    await stranger.remove();
    await expect(byCertificate(shown)).rejects.toThrow();
    expect(test.broker.sessions('device:plug')).toEqual([]);
  });

  it(isRequired ? 'is asked of everybody' : 'is asked of nobody', async () => {
    const client = test.client('carol', at());
    if (isRequired) await expect(client).rejects.toThrow();
    else await client;
  });
});

describe("the broker's certificate", () => {
  let folder: string;
  let clock: ManualClock;
  let stop: () => void;
  let said: () => string[];
  let paths: { readonly cert: string; readonly key: string };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'renewal-'));
    paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await put(own);
    clock = manualClock();
    const log = recordingLog();
    const files = await openCertificate(paths, { clock, log });
    test = await startTestBroker({ tls: { host: '127.0.0.1', port: 0, ...files.current }, log });
    stop = files.watch(test.broker.renewCertificate);
    said = log.visible;
  });

  afterEach(async () => {
    stop();
    await rm(folder, { recursive: true });
  });

  async function put({ certFile, keyFile }: Certificate): Promise<void> {
    await copyFile(certFile, paths.cert);
    await copyFile(keyFile, paths.key);
  }

  /** Lets a minute pass, and waits until the files were looked at. */
  async function look(): Promise<void> {
    clock.advance(60_000);
    await until(() => clock.waiting === 1, 'the look');
  }

  function shown(): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: test.broker.tlsPort ?? 0, rejectUnauthorized: false }, () => {
        const { fingerprint256 } = socket.getPeerX509Certificate() ?? {};
        socket.destroy();
        resolve(fingerprint256 ?? 'none');
      });
      socket.once('error', reject);
    });
  }

  it('is another one as soon as its files are, and who is connected stays so', async () => {
    const client = await test.client('carol', { url: `mqtts://127.0.0.1:${test.broker.tlsPort}`, ca: own.pem });
    const before = await shown();
    await put(newer);
    await look();
    await look();
    expect(await shown()).not.toBe(before);
    expect(said()).toEqual(['info: the certificate was renewed']);
    await client.subscribe('nestmtx/availability');
    await test.client('carol', { url: `mqtts://127.0.0.1:${test.broker.tlsPort}`, ca: newer.pem });
    await look();
    expect(said()).toHaveLength(1);
  });

  it('stays when the new one is not usable, and is renewed when that is put right', async () => {
    const before = await shown();
    await writeFile(paths.cert, 'no certificate');
    for (let count = 0; count < 4; count += 1) await look();
    expect(await shown()).toBe(before);
    expect(said()).toEqual(['error: the renewed certificate is not usable: the former one stays']);
    await put(newer);
    await look();
    await look();
    expect(await shown()).not.toBe(before);
  });

  it('waits for its key: a half of a new pair is no news', async () => {
    await copyFile(newer.certFile, paths.cert);
    await look();
    await put(newer);
    await look();
    await look();
    expect(said()).toEqual(['info: the certificate was renewed']);
  });

  it('stays while its files are away, which is said once', async () => {
    const before = await shown();
    await rm(paths.key);
    for (let count = 0; count < 3; count += 1) await look();
    expect(await shown()).toBe(before);
    expect(said()).toEqual(['warn: the files of the certificate cannot be read: the former one stays']);
  });
});
