/** Owns the quick test whether one of many filters selects a name: it runs for every message. It says what MQTT's rules say, sooner. */

import { matches } from '../protocol/topic-match.ts';

export function selectorOfTopics(filters: readonly string[]): (topic: string) => boolean {
  const trees = filters.filter((filter) => filter.endsWith('/#')).map((filter) => filter.slice(0, -1));
  // A name has no wildcard: a filter that has one in its midst does no harm here.
  const names = new Set(filters.map((filter) => (filter.endsWith('/#') ? filter.slice(0, -2) : filter)));
  const others = filters.filter((filter) => filter.includes('+') || filter === '#');
  return (topic) =>
    names.has(topic) || trees.some((tree) => topic.startsWith(tree)) || others.some((filter) => matches(filter, topic));
}
