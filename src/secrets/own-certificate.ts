/** Owns a certificate that signs itself, for who has none: it encrypts, and whoever compares the fingerprint knows with whom. */

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

export interface Pems {
  readonly cert: string;
  readonly key: string;
}

/** The longest that browsers take is 398. */
const VALID_DAYS = 365;
const RENEWED_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** @param names hosts and addresses that it is for, the first of them the one it is shown under */
export async function makeCertificate(names: readonly string[], nowMs: number): Promise<Pems> {
  // A tenth of a second to load, and needed once a year.
  const { generate } = await import('selfsigned');
  const altNames = names.map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // Clocks differ.
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { cert, key };
}

/** Whether it is for all of these names, and not about to end. @throws Error for a text that is no certificate */
export function isGoodFor(pem: string, names: readonly string[], nowMs: number): boolean {
  const certificate = new X509Certificate(pem);
  const isNamed = names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)));
  return isNamed && Date.parse(certificate.validTo) - nowMs > RENEWED_DAYS * DAY_MS;
}

/** What browsers show and people compare, and when it ends. */
export function shownCertificate(pem: string): { readonly fingerprint: string; readonly until: string } {
  const { fingerprint256, validTo } = new X509Certificate(pem);
  return { fingerprint: fingerprint256, until: new Date(validTo).toISOString() };
}
