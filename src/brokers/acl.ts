/** Owns who may publish, subscribe to and receive which topic; one table, asked by every broker and by the REST API. */

import type { Account } from '../core/accounts/accounts.ts';
import { sharedTopics } from '../core/accounts/device-topics.ts';
import { isSubset, isTopicFilter, withoutShare } from '../protocol/topic-match.ts';
import { isRequestId, type Topics } from '../protocol/topics.ts';
import { isRootName, liesUnder, rootOf } from './topic-root.ts';
import { selectorOfTopics } from './topic-selector.ts';

/** An answer, and the name of the row that gave it: stable, since the REST API shows it. */
interface Decision {
  readonly allowed: boolean;
  readonly rule: string;
}

export interface Acl {
  publish(account: Account, topic: string): Decision;
  /** Judges a filter as a set of names, never as a name that happens to fit a pattern (I-31). */
  subscribe(account: Account, filter: string): Decision;
  /** Whether a message that one of the account's granted filters selects may reach it. */
  receive(account: Account, topic: string): boolean;
}

export interface AclSetup {
  readonly topics: Topics;
  /** Whether a name is the topic root of a rented instance. */
  readonly isInstanceRoot: (name: string) => boolean;
  /** What a device may publish and subscribe to, as it is now: filters, always in the same array until they change. */
  readonly topicsOf: (account: Account) => readonly string[];
}

/** What the service alone says, relative to the base; clients read it at most. */
const SPOKEN_BY_SERVICE = [
  'responses/#',
  'failures',
  'events/#',
  'stream/#',
  'state/#',
  'snapshot/#',
  'homeassistant/#',
  'availability',
];

/** What a `user` may read besides answers to its own requests. */
const READ_BY_USERS = ['failures', 'availability', 'state/#', 'snapshot/#', 'events/#', 'stream/#'];

/** The part of it that is also published in the documented spelling, with a leading slash (N-40). */
const READ_BY_USERS_WITH_SLASH = ['events/#', 'stream/#'];

export function createAcl({ topics, isInstanceRoot, topicsOf }: AclSetup): Acl {
  const { base, requests, responsePrefix } = topics;
  const spoken = SPOKEN_BY_SERVICE.map((filter) => `${base}/${filter}`);
  const spokenByService = selectorOfTopics([...spoken, ...spoken.map((filter) => `/${filter}`)]);
  const userFilters = [
    ...READ_BY_USERS.map((filter) => `${base}/${filter}`),
    ...READ_BY_USERS_WITH_SLASH.map((filter) => `/${base}/${filter}`),
  ];
  const readByUsers = selectorOfTopics(userFilters);
  const baseRoot = rootOf(base);
  const ofService = [`${base}/#`, `/${base}/#`];
  const isOfService = selectorOfTopics(ofService);
  const shared = sharedTopics(base);
  const isShared = selectorOfTopics(shared);
  const selectors = new WeakMap<readonly string[], (topic: string) => boolean>();

  return {
    publish(account, topic) {
      if (topic === '' || /[+#\0]/.test(topic)) return deny('not a topic name');
      if (account.kind === 'instance') return ownsTopic(account, topic) ? OWN_ROOT : FOREIGN_ROOT;
      if (isSystemTopic(topic)) return deny('the broker alone publishes $SYS');
      if (spokenByService(topic)) return deny('the service alone publishes here');
      if (account.kind === 'user') {
        return topic === requests ? allow('users publish requests') : deny('users publish requests only');
      }
      if (isInstanceRoot(rootOf(topic))) return INSTANCE_ROOT;
      if (account.kind === 'device') return isOfDevice(account, topic) ? OWN_TOPICS : OTHER_TOPICS;
      return ADMIN;
    },

    subscribe(account, wanted) {
      // A shared subscription is judged by what it shares (I-31).
      const filter = withoutShare(wanted);
      if (filter === undefined || !isTopicFilter(filter)) return deny('not a topic filter');
      if (account.kind === 'instance') return ownsFilter(account, filter) ? OWN_ROOT : FOREIGN_ROOT;
      if (isSubset(filter, requests)) return deny('the service alone reads requests');
      if (account.kind === 'user') {
        if (userFilters.some((readable) => isSubset(filter, readable))) return allow('users read events and state');
        return isResponse(filter) ? allow('users read answers by request id') : deny('users read the service only');
      }
      if (isInstanceRoot(rootOf(filter))) return INSTANCE_ROOT;
      if (account.kind === 'device') return mayReadAsDevice(account, filter) ? OWN_TOPICS : OTHER_TOPICS;
      return ADMIN;
    },

    receive(account, topic) {
      if (account.kind === 'instance') return ownsTopic(account, topic);
      if (topic === requests) return false;
      if (account.kind === 'user') return readByUsers(topic) || topic.startsWith(responsePrefix);
      if (isInstanceRoot(rootOf(topic))) return false;
      return account.kind !== 'device' || isOfDevice(account, topic);
    },
  };

  function ownsTopic({ username }: Account, topic: string): boolean {
    return isRootName(username) && username !== baseRoot && liesUnder(topic, username);
  }

  function ownsFilter({ username }: Account, filter: string): boolean {
    if (!isRootName(username) || username === baseRoot) return false;
    return isSubset(filter, `${username}/#`) || isSubset(filter, `/${username}/#`);
  }

  /** What the service has for itself is out of reach, also when the base topic was another one as the topics were given. */
  function isOfDevice(account: Account, topic: string): boolean {
    return selectorOf(topicsOf(account))(topic) && (!isOfService(topic) || isShared(topic));
  }

  /** A filter that is wider than what the service has does not deliver that. */
  function mayReadAsDevice(account: Account, filter: string): boolean {
    const isWithin = ofService.some((own) => isSubset(filter, own));
    if (isWithin && !shared.some((part) => isSubset(filter, part))) return false;
    return topicsOf(account).some((given) => isSubset(filter, given));
  }

  function selectorOf(filters: readonly string[]): (topic: string) => boolean {
    const known = selectors.get(filters);
    if (known !== undefined) return known;
    const selector = selectorOfTopics(filters);
    selectors.set(filters, selector);
    return selector;
  }

  /** Knowing a request's id is the right to read its answer, so the id must be spelled out. */
  function isResponse(filter: string): boolean {
    return filter.startsWith(responsePrefix) && isRequestId(filter.slice(responsePrefix.length));
  }
}

const OWN_ROOT = allow('an instance owns its root');
const FOREIGN_ROOT = deny('an instance stays within its root');
const INSTANCE_ROOT = deny('a root belongs to its instance alone');
const OWN_TOPICS = allow('a device uses the topics that it was given');
const OTHER_TOPICS = deny('a device uses only the topics that it was given');
const ADMIN = allow('admins use every other topic');

function isSystemTopic(topic: string): boolean {
  return topic === '$SYS' || topic.startsWith('$SYS/');
}

function allow(rule: string): Decision {
  return { allowed: true, rule };
}

function deny(rule: string): Decision {
  return { allowed: false, rule };
}
