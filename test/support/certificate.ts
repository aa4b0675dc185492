/** Owns certificates made with openssl for one suite: one for 127.0.0.1 that signs itself, and an authority that signs those of clients. */

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly pem: string;
  remove(): Promise<void>;
}

export interface Authority extends Certificate {
  /** What a client of this name shows. */
  issue(commonName: string): Promise<{ readonly cert: Buffer; readonly key: Buffer }>;
}

const FOR_THIS_MACHINE = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];

export async function selfSignedCertificate(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'certificate-'));
  const { certFile, keyFile } = make(directory, 'own', FOR_THIS_MACHINE);
  const pem = await readFile(certFile, 'utf8');
  return { certFile, keyFile, pem, remove: () => rm(directory, { recursive: true }) };
}

export async function certificateAuthority(): Promise<Authority> {
  const directory = await mkdtemp(join(tmpdir(), 'authority-'));
  const { certFile, keyFile } = make(directory, 'ca', ['-subj', '/CN=authority of a suite']);
  return {
    certFile,
    keyFile,
    pem: await readFile(certFile, 'utf8'),
    remove: () => rm(directory, { recursive: true }),
    async issue(commonName) {
      const signed = ['-subj', `/CN=${commonName}`, '-CA', certFile, '-CAkey', keyFile];
      const files = make(directory, commonName, signed);
      return { cert: await readFile(files.certFile), key: await readFile(files.keyFile) };
    },
  };
}

function make(directory: string, name: string, what: readonly string[]): { certFile: string; keyFile: string } {
  const certFile = join(directory, `${name}-cert.pem`);
  const keyFile = join(directory, `${name}-key.pem`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', ...key, ...what, '-days', '1', '-out', certFile], { stdio: 'ignore' });
  return { certFile, keyFile };
}
