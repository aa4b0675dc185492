/** Owns the form of one line of the journal: a checksum and JSON. Refuses a line that is not exactly what was written. */

import { crc32 } from 'node:zlib';
import type { StoredRecord } from '../../core/store.ts';

/** A record put into a collection, or deleted from it where there is no record. */
export type Change = readonly [collection: string, id: string, record?: StoredRecord];

/** The first line of every journal. */
export interface Header {
  readonly format: typeof FORMAT;
  readonly version: number;
}

/** Ends the snapshot that every journal begins with: a file that is cut off before it has lost acknowledged records. */
export interface SnapshotEnd {
  readonly snapshot: number;
}

export const FORMAT = 'nestmtx-bridge-store';

const CHECKSUM_LENGTH = 8;

/** @param content a commit, which is a list of changes; or one of the two lines around the snapshot */
export function encodeLine(content: readonly Change[] | Header | SnapshotEnd): string {
  const json = JSON.stringify(content);
  return `${checksum(json)} ${json}\n`;
}

/**
 * @param line without its line break
 * @throws Error with the reason, which never quotes the line: it may hold secrets
 */
export function decodeLine(line: Buffer): unknown {
  const json = line.subarray(CHECKSUM_LENGTH + 1);
  const written = line.toString('latin1', 0, CHECKSUM_LENGTH + 1);
  if (written !== `${checksum(json)} `) throw new Error('the checksum does not match the line');
  try {
    return JSON.parse(json.toString());
  } catch {
    throw new Error('the line is not JSON');
  }
}

export function isHeader(content: unknown): content is Header {
  return isObject(content) && content['format'] === FORMAT && Number.isSafeInteger(content['version']);
}

export function isSnapshotEnd(content: unknown): content is SnapshotEnd {
  return isObject(content) && Number.isSafeInteger(content['snapshot']);
}

export function isCommit(content: unknown): content is readonly Change[] {
  return Array.isArray(content) && content.every(isChange);
}

function isChange(content: unknown): boolean {
  if (!Array.isArray(content)) return false;
  const [collection, id, record] = content;
  if (typeof collection !== 'string' || typeof id !== 'string') return false;
  return record === undefined || (isObject(record) && record['id'] === id);
}

function isObject(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content);
}

function checksum(json: string | Uint8Array): string {
  return crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0');
}
