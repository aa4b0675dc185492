/** Owns the form of one line of the journal: a checksum, a number and JSON. Refuses a line that is not exactly what was written. */

import { crc32 } from 'node:zlib';
import type { StoredRecord } from '../../core/store.ts';

/** A record put into a collection, or deleted from it where there is no record. */
export type Change = readonly [collection: string, id: string, record?: StoredRecord];

/** The first line of every journal, without a number. */
export interface Header {
  readonly format: typeof FORMAT;
  readonly version: number;
  /**
   * Goes into the checksum of each line behind it: a piece of an older journal, which a power cut may leave in the place of bytes that
   * were on their way, is no line of this one. Absent in what 0.1 wrote: each commit has a line of its own there, without a number.
   */
  readonly salt?: string;
}

/** Ends the snapshot that every journal begins with: a file that is cut off before it has lost acknowledged records. */
export interface SnapshotEnd {
  readonly snapshot: number;
}

/** A line as it was written. */
export interface Frame {
  /** 1 is the first one behind the header; undefined where lines have none. */
  readonly number: number | undefined;
  readonly content: unknown;
}

export const FORMAT = 'nestmtx-bridge-store';

const CHECKSUM_LENGTH = 8;

export function encodeHeader(header: Header): string {
  return encode(JSON.stringify(header), '');
}

/** @param json a batch, which is a list of changes; or the end of the snapshot */
export function encodeFrame(json: string, number: number, salt: string): string {
  return encode(`${number} ${json}`, salt);
}

/** @param line without its line break */
export function decodeHeader(line: Buffer): Header | undefined {
  const rest = contentOf(line, '');
  const header = rest === undefined ? undefined : parsed(rest);
  return isHeader(header) ? header : undefined;
}

/**
 * Undefined when the checksum does not match the line.
 * @param line without its line break
 * @throws Error with the reason, which never quotes the line: it may hold secrets
 */
export function decodeFrame(line: Buffer, { salt }: Header): Frame | undefined {
  const rest = contentOf(line, salt ?? '');
  if (rest === undefined) return undefined;
  const numberLength = salt === undefined ? 0 : rest.indexOf(' ') + 1;
  const number = salt === undefined ? undefined : Number(rest.toString('latin1', 0, numberLength));
  const content = parsed(rest.subarray(numberLength));
  if (content === undefined) throw new Error('the line is not JSON');
  return { number, content };
}

export function isSnapshotEnd(content: unknown): content is SnapshotEnd {
  return isObject(content) && Number.isSafeInteger(content['snapshot']);
}

export function areChanges(content: unknown): content is readonly Change[] {
  return Array.isArray(content) && content.every(isChange);
}

/** @param batch as a log gives it back @throws Error when it is no list of changes */
export function changesIn(batch: string): readonly Change[] {
  const changes: unknown = JSON.parse(batch);
  if (!areChanges(changes)) throw new Error('an entry of the log is no list of changes');
  return changes;
}

function encode(rest: string, salt: string): string {
  return `${checksum(rest, salt)} ${rest}\n`;
}

/** What the checksum is of, if it is. */
function contentOf(line: Buffer, salt: string): Buffer | undefined {
  const rest = line.subarray(CHECKSUM_LENGTH + 1);
  const written = line.toString('latin1', 0, CHECKSUM_LENGTH + 1);
  return written === `${checksum(rest, salt)} ` ? rest : undefined;
}

function checksum(rest: string | Uint8Array, salt: string): string {
  return crc32(rest, crc32(salt)).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}

function isHeader(content: unknown): content is Header {
  if (!isObject(content) || content['format'] !== FORMAT || !Number.isSafeInteger(content['version'])) return false;
  return content['salt'] === undefined || typeof content['salt'] === 'string';
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
