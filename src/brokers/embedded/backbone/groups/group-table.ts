/** Owns how many members each group of a shared subscription has at which broker, and at which it is whose turn; knows no network. */

import { withoutShare } from '../../../../protocol/topic-match.ts';
import { FilterTree } from '../../topics/filter-tree.ts';

/** How many of a group are at one broker. */
export interface Attendance {
  readonly bucket: string;
  /** The account, and the filter with its `$share`. */
  readonly group: string;
  readonly members: number;
}

interface Group {
  readonly name: string;
  /** By broker; none is there with 0. */
  readonly members: Map<string, number>;
  turn: number;
}

interface Bucket {
  readonly tree: FilterTree<Group, undefined>;
  readonly groups: Map<string, Group>;
}

export class GroupTable {
  readonly #buckets = new Map<string, Bucket>();

  members(bucket: string, group: string, broker: string): number {
    return this.#buckets.get(bucket)?.groups.get(group)?.members.get(broker) ?? 0;
  }

  set(broker: string, { bucket: bucketName, group: name, members }: Attendance): void {
    const filter = withoutShare(name.slice(name.indexOf('\n') + 1));
    if (filter === undefined) return;
    const bucket = this.#buckets.get(bucketName) ?? { tree: new FilterTree(), groups: new Map() };
    const group = bucket.groups.get(name) ?? { name, members: new Map(), turn: 0 };
    if (members > 0) group.members.set(broker, members);
    else group.members.delete(broker);
    if (group.members.size > 0) {
      this.#buckets.set(bucketName, bucket);
      bucket.groups.set(name, group);
      bucket.tree.set(filter, group, undefined);
    } else if (bucket.groups.delete(name)) {
      bucket.tree.delete(filter, group);
      if (bucket.groups.size === 0) this.#buckets.delete(bucketName);
    }
  }

  of(broker: string): Attendance[] {
    return [...this.#buckets].flatMap(([bucket, { groups }]) =>
      [...groups.values()].flatMap(({ name, members: all }) => {
        const members = all.get(broker) ?? 0;
        return members > 0 ? [{ bucket, group: name, members }] : [];
      }),
    );
  }

  forget(broker: string): void {
    for (const attendance of this.of(broker)) this.set(broker, { ...attendance, members: 0 });
  }

  /** For each group that has asked for the topic the broker whose turn it is: in turn, as often as it has members. @param isPresent whether one can be counted on */
  choose(bucket: string, topic: string, isPresent: (broker: string) => boolean): Map<string, string> {
    const chosen = new Map<string, string>();
    this.#buckets.get(bucket)?.tree.match(topic, (group) => {
      const broker = pick(group, isPresent);
      if (broker !== undefined) chosen.set(group.name, broker);
    });
    return chosen;
  }
}

function pick(group: Group, isPresent: (broker: string) => boolean): string | undefined {
  const all = [...group.members];
  const present = all.filter(([broker]) => isPresent(broker));
  const candidates = present.length > 0 ? present : all;
  const seats = candidates.reduce((sum, [, members]) => sum + members, 0);
  let seat = group.turn % Math.max(1, seats);
  group.turn += 1;
  for (const [broker, members] of candidates) {
    if (seat < members) return broker;
    seat -= members;
  }
  return undefined;
}
