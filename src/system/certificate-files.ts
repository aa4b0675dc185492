/** Owns the files of a certificate: reads them, and notices when somebody has renewed them. Judges none. */

import { readFile } from 'node:fs/promises';
import type { Clock, Log } from '../core/ports.ts';
import type { Reloads } from '../core/timing/reloads.ts';

interface Paths {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string | undefined;
}

interface Contents {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa: Buffer | undefined;
}

export interface CertificateFiles {
  readonly current: Contents;
  /**
   * Hands over what is new in the files, once they stand still.
   * @param renew throws when they are not usable: that is logged, and tried again when they have changed again
   * @returns what ends it
   */
  watch(renew: (contents: Contents) => void): () => void;
}

interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** Says when somebody wants the files to be taken as they are now. */
  readonly onReload?: Reloads['onReload'] | undefined;
}

const LOOK_EVERY_MS = 60_000;

/** Rejects when a file cannot be read. */
export async function openCertificate(paths: Paths, { clock, log, onReload }: Surroundings): Promise<CertificateFiles> {
  const current = await read(paths);
  return { current, watch };

  function watch(renew: (contents: Contents) => void): () => void {
    let used = current;
    let seen = current;
    let isReadable = true;
    let cancel = clock.after(LOOK_EVERY_MS, look);
    let isOver = false;
    // Whoever asks has written both.
    const stop = onReload?.(() => {
      read(paths).then((found) => {
        seen = found;
        consider(found);
      }, unreadable);
    });
    return () => {
      isOver = true;
      stop?.();
      cancel();
    };

    function look(): void {
      read(paths)
        .then(consider, unreadable)
        .finally(() => {
          if (!isOver) cancel = clock.after(LOOK_EVERY_MS, look);
        });
    }

    function unreadable(error: unknown): void {
      if (isReadable) log.warn({ err: error }, 'the files of the certificate cannot be read: the former one stays');
      isReadable = false;
    }

    function consider(found: Contents): void {
      isReadable = true;
      // Two files are not written at once: a certificate is looked at when its key has come, too.
      const standsStill = isSame(found, seen);
      seen = found;
      if (isOver || !standsStill || isSame(found, used)) return;
      used = found;
      try {
        renew(found);
        log.info({ cert: paths.cert }, 'the certificate was renewed');
      } catch (error) {
        log.error({ err: error, cert: paths.cert }, 'the renewed certificate is not usable: the former one stays');
      }
    }
  }
}

async function read({ cert, key, clientCa }: Paths): Promise<Contents> {
  return {
    cert: await readFile(cert),
    key: await readFile(key),
    clientCa: clientCa === undefined ? undefined : await readFile(clientCa),
  };
}

function isSame(one: Contents, other: Contents): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key) && isSameCa(one.clientCa, other.clientCa);
}

function isSameCa(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}
