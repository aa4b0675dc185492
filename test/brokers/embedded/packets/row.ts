/** Owns what a row of the tables is: a statement of the specifications, bytes, and what must become of them. */

import type { Level, Side } from '../../../../src/brokers/embedded/packets/packet.ts';
import type { Bytes } from './bytes.ts';

export interface Row {
  /** `5/3.3.1-4` is [MQTT-3.3.1-4] of MQTT 5.0, `4/3.3.1-4` of 3.1.1; `5/2.1.4` and `3/3.1` are sections. */
  readonly clauses: readonly string[];
  /** Of the bytes. */
  readonly says: string;
  readonly levels: readonly Level[];
  readonly bytes: Bytes;
  readonly verdict: Verdict;
  readonly from: Side;
  /** Whether these are the first bytes of a connection. */
  readonly begins: boolean;
  readonly maxPacketBytes: number;
}

type Verdict = { readonly accepted: object } | { readonly refused: number };

type Setting = Partial<Pick<Row, 'from' | 'begins' | 'maxPacketBytes'>>;

/** @param clauses separated by spaces @param fields what the one packet must have, at least */
export function accepts(
  clauses: string,
  says: string,
  levels: readonly Level[],
  bytes: Bytes,
  fields: object,
  setting: Setting = {},
): Row {
  return row(clauses, says, levels, bytes, { accepted: fields }, setting);
}

export function refuses(
  clauses: string,
  says: string,
  levels: readonly Level[],
  bytes: Bytes,
  reasonCode: number,
  setting: Setting = {},
): Row {
  return row(clauses, says, levels, bytes, { refused: reasonCode }, setting);
}

/** As `accepts`, for the first bytes of a connection. */
export function welcomes(clauses: string, says: string, levels: readonly Level[], bytes: Bytes, fields: object): Row {
  return accepts(clauses, says, levels, bytes, fields, { begins: true });
}

/** As `refuses`, for the first bytes of a connection. */
export function rejects(clauses: string, says: string, levels: readonly Level[], bytes: Bytes, code: number): Row {
  return refuses(clauses, says, levels, bytes, code, { begins: true });
}

function row(
  clauses: string,
  says: string,
  levels: readonly Level[],
  bytes: Bytes,
  verdict: Verdict,
  { from = 'client', begins = false, maxPacketBytes = 300_000_000 }: Setting,
): Row {
  return { clauses: clauses.split(' '), says, levels, bytes, verdict, from, begins, maxPacketBytes };
}

/** The reason codes that the tables name, as the specification does. */
export const MALFORMED = 0x81;
export const PROTOCOL_ERROR = 0x82;
export const UNSUPPORTED_VERSION = 0x84;
export const CLIENT_ID_NOT_VALID = 0x85;
export const FILTER_INVALID = 0x8f;
export const TOPIC_INVALID = 0x90;
export const ALIAS_INVALID = 0x94;
export const TOO_LARGE = 0x95;
export const QUOTA_EXCEEDED = 0x97;
