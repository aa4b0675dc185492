/** Owns the form of topic names and topic filters (MQTT 5.0, 4.7 and 4.8.2); which of them exist or may be used is not known here. */

import { PacketError } from '../packet-error.ts';
import { REASON } from '../reason-codes.ts';
import type { Reader } from './reader.ts';

const SHARE = '$share/';

/** @param clause forbids wildcards in this name */
export function readTopicName(reader: Reader, clause: string, what: string): string {
  const topic = reader.string(what);
  if (reader.hasWildcard) throw wildcardError(clause, what);
  if (topic === '') throw emptyTopicError(what);
  return topic;
}

/** As `readTopicName`, for what is to be written. */
export function checkTopicName(topic: string, clause: string, what: string): void {
  if (topic.includes('+') || topic.includes('#')) throw wildcardError(clause, what);
  if (topic === '') throw emptyTopicError(what);
}

export function wildcardError(clause: string, what: string): PacketError {
  return new PacketError(REASON.topicNameInvalid, clause, `the ${what} has a wildcard, but names one topic`);
}

export function emptyTopicError(what: string): PacketError {
  return new PacketError(REASON.topicNameInvalid, '4.7.3-1', `the ${what} is empty`);
}

export function readTopicFilter(reader: Reader): string {
  const filter = reader.string('topic filter');
  if (filter === '' || reader.hasWildcard || filter.startsWith(SHARE)) checkTopicFilter(filter);
  return filter;
}

/** @throws PacketError for what is no filter, or a shared subscription that names no group or no filter */
export function checkTopicFilter(filter: string): void {
  if (filter === '') throw invalidFilter('4.7.3-1', 'the topic filter is empty');
  checkHash(filter);
  checkPluses(filter);
  // Version 3.1.1 leaves topics with a leading $ to the server: a shared subscription has one form in all versions.
  if (isShared(filter)) checkShare(filter);
}

export function isShared(filter: string): boolean {
  return filter.startsWith(SHARE);
}

function checkHash(filter: string): void {
  const at = filter.indexOf('#');
  if (at < 0 || (at === filter.length - 1 && isBound(filter[at - 1]))) return;
  throw invalidFilter('4.7.1-1', 'the topic filter has a # that is not its whole last level');
}

function checkPluses(filter: string): void {
  for (let at = filter.indexOf('+'); at >= 0; at = filter.indexOf('+', at + 1)) {
    if (isBound(filter[at - 1]) && isBound(filter[at + 1])) continue;
    throw invalidFilter('4.7.1-2', 'the topic filter has a + that is not a whole level');
  }
}

/** Whether a level ends here. */
function isBound(character: string | undefined): boolean {
  return character === undefined || character === '/';
}

/** `$share`, the group, and then a filter of its own. */
function checkShare(filter: string): void {
  const end = filter.indexOf('/', SHARE.length);
  const group = filter.slice(SHARE.length, end < 0 ? undefined : end);
  if (group === '') throw invalidFilter('4.8.2-1', 'the shared subscription names no group');
  if (group === '+') throw invalidFilter('4.8.2-2', 'the group of the shared subscription is a wildcard');
  if (end < 0 || end === filter.length - 1) {
    throw invalidFilter('4.8.2-2', 'the shared subscription has no topic filter behind its group');
  }
}

function invalidFilter(clause: string, message: string): PacketError {
  return new PacketError(REASON.topicFilterInvalid, clause, message);
}
