/** Owns who hears what: all granted filters, kept apart by instance, and the routes that come of them, remembered until something changes. */

import { withoutShare } from '../../../protocol/topic-match.ts';
import type { Granted } from '../sessions/granted.ts';
import type { Session } from '../sessions/session.ts';
import { FilterTree } from '../topics/filter-tree.ts';
import { Route } from './route.ts';
import { ShareGroup } from './share-group.ts';

export interface RoutesSetup {
  /** The root of the instance that a topic belongs to; '' for none. */
  readonly bucketOf: (topic: string) => string;
  /** Whether a message that one of its filters selects may reach this session. */
  readonly mayReceive: (session: Session, topic: string) => boolean;
  /** So many members of a group are here now. */
  readonly onGroup: (attendance: { readonly bucket: string; readonly group: string; readonly members: number }) => void;
}

interface Bucket {
  readonly filters: FilterTree<Session | ShareGroup, Granted | undefined>;
  readonly groups: Map<string, ShareGroup>;
  readonly routes: Map<string, Route>;
}

/** More topics than that are not remembered at a time. */
const REMEMBERED = 4096;

export class Routes {
  readonly #setup: RoutesSetup;
  readonly #buckets = new Map<string, Bucket>();

  constructor(setup: RoutesSetup) {
    this.#setup = setup;
  }

  to(topic: string): Route {
    const bucket = this.#buckets.get(this.#setup.bucketOf(topic));
    if (bucket === undefined) return new Route(topic);
    const known = bucket.routes.get(topic);
    if (known !== undefined) return known;
    const route = this.#find(bucket, topic);
    if (bucket.routes.size >= REMEMBERED) bucket.routes.clear();
    bucket.routes.set(topic, route);
    return route;
  }

  add(session: Session, granted: Granted): void {
    const filter = withoutShare(granted.filter) ?? granted.filter;
    const bucket = this.#openBucket(bucketOf(session));
    bucket.routes.clear();
    if (filter === granted.filter) {
      bucket.filters.set(filter, session, granted);
      return;
    }
    const name = groupName(session, granted.filter);
    const group = bucket.groups.get(name) ?? new ShareGroup(name);
    group.members.set(session, granted);
    bucket.groups.set(name, group);
    bucket.filters.set(filter, group, undefined);
    this.#setup.onGroup({ bucket: bucketOf(session), group: name, members: group.members.size });
  }

  delete(session: Session, granted: string): void {
    const filter = withoutShare(granted) ?? granted;
    const name = bucketOf(session);
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    bucket.routes.clear();
    if (filter === granted) bucket.filters.delete(filter, session);
    else {
      const members = leave(bucket, session, granted, filter);
      this.#setup.onGroup({ bucket: name, group: groupName(session, granted), members });
    }
    if (bucket.filters.isEmpty) this.#buckets.delete(name);
  }

  /** What somebody may receive has changed. */
  forget(): void {
    for (const { routes } of this.#buckets.values()) routes.clear();
  }

  #openBucket(name: string): Bucket {
    const bucket = this.#buckets.get(name) ?? { filters: new FilterTree(), groups: new Map(), routes: new Map() };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #find({ filters }: Bucket, topic: string): Route {
    const { mayReceive } = this.#setup;
    const route = new Route(topic);
    route.cost = filters.match(topic, (reader, granted) => {
      if (reader instanceof ShareGroup) {
        const [member] = reader.members.keys();
        if (member !== undefined && mayReceive(member, topic)) route.groups.push(reader);
      } else if (granted !== undefined && mayReceive(reader, topic)) route.add(reader, granted);
    });
    return route;
  }
}

/** @returns how many are left */
function leave({ filters, groups }: Bucket, session: Session, granted: string, filter: string): number {
  const name = groupName(session, granted);
  const group = groups.get(name);
  if (group === undefined) return 0;
  group.members.delete(session);
  if (group.members.size > 0) return group.members.size;
  groups.delete(name);
  filters.delete(filter, group);
  return 0;
}

/** What instances hear is within their roots, what all others hear is outside of them. */
function bucketOf({ use: { account } }: Session): string {
  return account.kind === 'instance' ? account.username : '';
}

/** A group is shared within one account. */
function groupName({ account }: Session, filter: string): string {
  return `${account}\n${filter}`;
}
