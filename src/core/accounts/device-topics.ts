/** Owns which topics a device may be given: legal filters, none of which reaches into what the service or an MQTT instance has for itself alone. */

import { ApiError } from '../../protocol/api-error.ts';
import { isSubset, isTopicFilter, overlaps } from '../../protocol/topic-match.ts';
import { custom, missing, notAllowed, type Violation } from '../../protocol/violation.ts';
import type { Role } from './records.ts';

/** What the service shares: what it tells everybody, and what its buttons in Home Assistant ask for. */
const SHARED = ['availability', 'state/#', 'snapshot/#', 'events/#', 'stream/#', 'homeassistant/#', 'command/#'];
/** That part of it that is also published with a leading slash (N-40). */
const SHARED_WITH_SLASH = ['events/#', 'stream/#'];

/** Of all that begins with the base topic, what a device may be given. */
export function sharedTopics(base: string): readonly string[] {
  return [...SHARED.map((filter) => `${base}/${filter}`), ...SHARED_WITH_SLASH.map((filter) => `/${base}/${filter}`)];
}

export interface Taken {
  /** First levels of all that the service says and hears. */
  readonly base: string;
  /** Whether a name is the topic root of a rented instance. */
  readonly isInstanceRoot: (name: string) => boolean;
}

/**
 * The topics of a user of this role: a device has some, nobody else has any.
 * @throws ApiError `invalid_payload`
 */
export function topicsFor(
  role: Role,
  topics: readonly string[] | undefined,
  taken: Taken,
): readonly string[] | undefined {
  if (role !== 'device') {
    if (topics !== undefined) throw refusal(notAllowed(['payload', 'topics'], topics));
    return undefined;
  }
  if (topics === undefined) throw refusal(missing(['payload', 'topics']));
  for (const [index, filter] of topics.entries()) {
    const fault = faultOf(filter, taken);
    if (fault !== undefined) throw refusal(custom(['payload', 'topics', index], 'string.topic', fault, filter));
  }
  return topics;
}

function faultOf(filter: string, { base, isInstanceRoot }: Taken): string | undefined {
  if (!isTopicFilter(filter)) return 'must be a topic filter';
  if (filter.startsWith('$')) return 'must not begin with $';
  const root = filter.replace(/^\//, '').replace(/\/.*/s, '');
  // An instance that is rented tomorrow has its root to itself, too.
  if (root === '+' || root === '#') return 'must begin with a level that is no wildcard';
  if (sharedTopics(base).some((shared) => isSubset(filter, shared))) return undefined;
  if (overlaps(filter, `${base}/#`) || overlaps(filter, `/${base}/#`))
    return `must not reach into ${base}/#, but for what the service shares`;
  return isInstanceRoot(root) ? 'must not be the topics of an MQTT instance' : undefined;
}

function refusal(violation: Violation): ApiError {
  return new ApiError('invalid_payload', { message: violation.message, details: [violation] });
}
