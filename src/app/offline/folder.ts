/**
 * Owns a data folder as one text, sealed or plain: all that another machine needs to go on as this one. It is read and written while
 * no service runs, and written into an empty folder only.
 */

import { randomBytes, scryptSync } from 'node:crypto';
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WholeFolder } from '../../cli/program.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { isObject } from '../../protocol/envelope.ts';
import { lookForAppKey } from '../../secrets/app-key.ts';
import { assertKeyFits } from '../../secrets/key-check.ts';
import { sealWith } from '../../secrets/seal.ts';
import { lookIntoStore } from '../../store/look.ts';
import { writeForOwner } from '../../system/owner.ts';
import { ALL_COLLECTIONS } from '../collections.ts';
import { type Counts, countsOf } from './counts.ts';

interface Content {
  readonly counts: Counts;
  readonly appKey: string;
  /** The store as it is on disk. */
  readonly journal: string;
}

const FORMAT = 'nestmtx-bridge-folder-1';
const JOURNAL = 'store.journal';
const KEY = 'app.key';

export function wholeFolder({ dataDir: dir, appKey: given }: Config, log: Log): WholeFolder {
  const place = { dir, log, collections: ALL_COLLECTIONS };

  async function write({ appKey, journal }: Content): Promise<void> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    if (given === undefined) await writeForOwner(join(dir, KEY), `${appKey}\n`);
    await writeForOwner(join(dir, JOURNAL), journal);
    try {
      await lookIntoStore(place);
    } catch (error) {
      for (const name of [JOURNAL, ...(given === undefined ? [KEY] : [])]) await rm(join(dir, name), { force: true });
      throw error;
    }
  }

  return {
    async export(passphrase) {
      const found = await lookForAppKey(dir, given);
      const store = await lookIntoStore({ ...place, admits: (records) => assertKeyFits(records, found) });
      if (found.key === undefined) throw refusal(`there is nothing to export in ${dir}: no service was started there`);
      const journal = await readFile(join(dir, JOURNAL), 'utf8');
      return encode({ counts: countsOf(store), appKey: found.key, journal }, passphrase);
    },
    isSealed: (text) => wrapperOf(text).salt !== undefined,
    async import(text, passphrase, isWritten) {
      const content = decode(text, passphrase);
      if (given !== undefined && given !== content.appKey)
        throw refusal('APP_KEY is another here: leave it out, or set the one of there');
      for (const name of [JOURNAL, KEY]) {
        if (await exists(join(dir, name))) throw refusal(`${dir} is not empty: there is ${name}`);
      }
      if (isWritten) await write(content);
      return content.counts;
    },
  };
}

function encode(content: Content, passphrase: string | undefined): string {
  const plain = JSON.stringify(content);
  if (passphrase === undefined) return `${JSON.stringify({ format: FORMAT, content: plain })}\n`;
  const salt = randomBytes(16).toString('base64url');
  const sealed = sealWith(keyOf(passphrase, salt)).seal(plain, FORMAT);
  return `${JSON.stringify({ format: FORMAT, salt, content: sealed })}\n`;
}

function decode(text: string, passphrase: string | undefined): Content {
  const { salt, content } = wrapperOf(text);
  const value = parsed(salt === undefined ? content : opened(content, passphrase ?? '', salt));
  if (!isObject(value)) throw refusal('the file is damaged');
  const { counts, appKey, journal } = value;
  if (!isObject(counts) || typeof appKey !== 'string' || typeof journal !== 'string')
    throw refusal('the file is damaged');
  return {
    counts: Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, Number(count)])),
    appKey,
    journal,
  };
}

function wrapperOf(text: string): { readonly salt: string | undefined; readonly content: string } {
  const value = parsed(text);
  const { format, salt, content } = isObject(value) ? value : {};
  if (format !== FORMAT || typeof content !== 'string') throw refusal('the file is none that export has written');
  return { salt: typeof salt === 'string' ? salt : undefined, content };
}

function opened(sealed: string, passphrase: string, salt: string): string {
  try {
    return sealWith(keyOf(passphrase, salt)).open(sealed, FORMAT);
  } catch (cause) {
    throw refusal('the passphrase does not open the file, or the file is damaged', cause);
  }
}

/** People choose passphrases: each guess shall cost a third of a second. */
function keyOf(passphrase: string, salt: string): string {
  return scryptSync(passphrase, salt, 32, { N: 2 ** 16, maxmem: 2 ** 28 }).toString('base64url');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function refusal(message: string, cause?: unknown): ApiError {
  return new ApiError('unavailable', { message, ...(cause === undefined ? {} : { cause }) });
}
