/** Owns the form of topic names and topic filters (MQTT 5.0, 4.7 and 4.8.2); which of them exist or may be used is not known here. */

import { PacketError } from '../packet-error.ts';
import { REASON } from '../reason-codes.ts';
import type { Reader } from './reader.ts';

const SHARE = '$share/';

/** The clause that forbids wildcards in this name. */
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
  const levels = filter.split('/');
  for (const [index, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || index < levels.length - 1)) {
      throw invalidFilter('4.7.1-1', 'the topic filter has a # that is not its whole last level');
    }
    if (level.includes('+') && level !== '+') {
      throw invalidFilter('4.7.1-2', 'the topic filter has a + that is not a whole level');
    }
  }
  // Version 3.1.1 leaves topics with a leading $ to the server: a shared subscription has one form in all versions.
  if (isShared(filter)) checkShare(levels);
}

export function isShared(filter: string): boolean {
  return filter.startsWith(SHARE);
}

/** `$share`, the group, and then a filter of one level or more. */
function checkShare([, group = '', ...filter]: readonly string[]): void {
  if (group === '') throw invalidFilter('4.8.2-1', 'the shared subscription names no group');
  if (group === '+' || group === '#')
    throw invalidFilter('4.8.2-2', 'the group of the shared subscription is a wildcard');
  if (filter.length === 0 || (filter.length === 1 && filter[0] === '')) {
    throw invalidFilter('4.8.2-2', 'the shared subscription has no topic filter behind its group');
  }
}

function invalidFilter(clause: string, message: string): PacketError {
  return new PacketError(REASON.topicFilterInvalid, clause, message);
}
