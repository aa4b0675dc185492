/** Owns MQTT's rules for topic names and filters (MQTT 5.0, 4.7); knows no topic of ours. */

const MAX_BYTES = 65_535;
const SHARE = '$share/';
const UNPORTABLE = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;
const MAX_LEVELS = 100;

/** A name one may publish to: not empty, no wildcard, no NUL, at most 65,535 bytes of UTF-8 (4.7.3). */
export function isTopicName(topic: string): boolean {
  return isTopicString(topic) && !/[+#]/.test(topic);
}

/**
 * A name that every broker passes on: control characters and non-characters, which MQTT 1.5.4 lets a receiver refuse, and very many
 * levels make some brokers close the connection of whoever publishes there.
 */
export function isPortableTopicName(topic: string): boolean {
  return isTopicName(topic) && !UNPORTABLE.test(topic) && topic.isWellFormed() && topic.split('/').length <= MAX_LEVELS;
}

/** A filter one may subscribe to: wildcards fill a whole level, `#` only the last one (4.7.1). */
export function isTopicFilter(filter: string): boolean {
  if (!isTopicString(filter)) return false;
  const levels = filter.split('/');
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1;
    return level === '+' || !/[+#]/.test(level);
  });
}

/** Whether a filter selects a name. A leading wildcard never selects a `$` topic (4.7.2). */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length) return false;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

/** Whether every name that `inner` selects is selected by `outer` too: a test on filters, not on names. */
export function isSubset(inner: string, outer: string): boolean {
  if (/^[+#]/.test(outer) && inner.startsWith('$')) return false;
  const needs = inner.split('/');
  const gives = outer.split('/');
  for (const [index, level] of gives.entries()) {
    if (level === '#') return true;
    const need = needs[index];
    if (need === undefined || need === '#') return false;
    if (level !== '+' && level !== need) return false;
  }
  return gives.length === needs.length;
}

/** Whether some name is selected by both filters. */
export function overlaps(one: string, other: string): boolean {
  const dollar = (filter: string) => filter.startsWith('$');
  const wild = (filter: string) => /^[+#]/.test(filter);
  if ((dollar(one) && wild(other)) || (dollar(other) && wild(one))) return false;
  return overlapFrom(one.split('/'), other.split('/'), 0);
}

/** The filter inside `$share/<group>/<filter>` (MQTT 5.0, 4.8.2), or the filter itself; undefined for a broken share. */
export function withoutShare(filter: string): string | undefined {
  if (filter !== '$share' && !filter.startsWith(SHARE)) return filter;
  const slash = filter.indexOf('/', SHARE.length);
  const group = filter.slice(SHARE.length, slash);
  if (slash < 0 || group === '' || /[+#]/.test(group)) return undefined;
  const inner = filter.slice(slash + 1);
  return inner === '' ? undefined : inner;
}

function overlapFrom(one: string[], other: string[], index: number): boolean {
  const a = one[index];
  const b = other[index];
  if (a === '#' || b === '#') return true;
  if (a === undefined || b === undefined) return a === b;
  if (a !== '+' && b !== '+' && a !== b) return false;
  return overlapFrom(one, other, index + 1);
}

function isTopicString(text: string): boolean {
  if (text.length === 0 || text.includes('\0')) return false;
  // No UTF-16 unit takes more than three bytes of UTF-8: short texts, the usual ones, need no counting.
  return text.length * 3 <= MAX_BYTES || new TextEncoder().encode(text).length <= MAX_BYTES;
}
