/** Owns how a topic names the instance it belongs to: by its first level, with or without a leading slash (I-30). */

/** The first level of a name or filter, a leading slash ignored: `alice` for `alice`, `/alice` and `/alice/#`. */
export function rootOf(topic: string): string {
  const start = topic.startsWith('/') ? 1 : 0;
  const end = topic.indexOf('/', start);
  return end < 0 ? topic.slice(start) : topic.slice(start, end);
}

/** Whether a name lies under a root, the bare root included; allocates nothing, since it is asked for every message. */
export function liesUnder(topic: string, root: string): boolean {
  const start = topic.startsWith('/') ? 1 : 0;
  const end = start + root.length;
  return topic.startsWith(root, start) && (topic.length === end || topic[end] === '/');
}

/** Whether a name can be a root at all: one level, without wildcards, not reserved for the broker. */
export function isRootName(name: string): boolean {
  return name !== '' && !/[/+#$\0]/.test(name);
}
