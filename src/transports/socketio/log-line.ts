/** Owns a line of the log as NestMTX documents it on Socket.IO: seven fields, and what else our line holds beside them (N-51). */

import { hostname } from 'node:os';
import { isObject, type JsonObject } from '../../protocol/envelope.ts';

const SERVICE = 'nestmtx-bridge';
const LEVELS: ReadonlyMap<string, number> = new Map([
  ['trace', 10],
  ['debug', 20],
  ['info', 30],
  ['warn', 40],
  ['error', 50],
  ['fatal', 60],
]);

/** @param line JSON as it is written, with the level by name and the time in ISO 8601 */
export function nestMtxLine(line: string): JsonObject {
  const parsed: unknown = JSON.parse(line);
  const { level, time, msg = '', ...more } = isObject(parsed) ? parsed : {};
  return {
    ...more,
    level: LEVELS.get(String(level)) ?? LEVELS.get('info'),
    time: Date.parse(String(time)),
    timestamp: time,
    pid: process.pid,
    hostname: hostname(),
    service: SERVICE,
    msg,
  };
}
