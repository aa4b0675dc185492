import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../../support/brokers/mosquitto.ts';
import { type Certificate, selfSignedCertificate } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { comesTrue } from '../../support/patience.ts';
import { hasProgram } from '../../support/programs.ts';
import { openLink } from './open-link.ts';

describe.skipIf(mosquittoIsMissing || !hasProgram('openssl'))('over TLS', () => {
  let certificate: Certificate;
  let mosquitto: Mosquitto;
  let port: number;
  beforeAll(async () => {
    certificate = await selfSignedCertificate();
    port = await freePort();
    const { certFile, keyFile } = certificate;
    const config = [`listener ${port} 127.0.0.1`, `certfile ${certFile}`, `keyfile ${keyFile}`];
    mosquitto = await startMosquitto({ config });
  });
  afterAll(async () => {
    await mosquitto?.stop();
    await certificate?.remove();
  });

  it('trusts the certificate authority it was given', async () => {
    const { isUp } = openLink({ ...mosquitto, protocol: 'mqtts', port, tls: { ca: certificate.pem } });
    await isUp();
  });

  it('refuses a certificate that nobody vouches for, and says why', async () => {
    const { link, log } = openLink({ ...mosquitto, protocol: 'mqtts', port });
    await comesTrue(() => expect(log.visible()).toEqual(['warn: no connection to the MQTT broker, trying on']));
    expect(log.lines[0]?.fields['reason']).toMatch(/self.signed certificate/);
    expect(link.up).toBe(false);
  });

  it('takes any certificate when it was told not to check', async () => {
    const { isUp } = openLink({ ...mosquitto, protocol: 'mqtts', port, tls: { rejectUnauthorized: false } });
    await isUp();
  });

  it('says that a certificate authority is unusable, and tries on', async () => {
    const { log } = openLink({ ...mosquitto, protocol: 'mqtts', port, tls: { ca: 'no certificate' } });
    await comesTrue(() => expect(log.lines.length).toBeGreaterThan(1));
    expect(log.visible()).toHaveLength(1);
  });
});
