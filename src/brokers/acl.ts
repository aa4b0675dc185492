/** Owns who may publish, subscribe to and receive which topic; one table, asked by every broker and by the REST API. */

import type { Account } from '../core/accounts/accounts.ts';
import { isSubset, isTopicFilter, withoutShare } from '../protocol/topic-match.ts';
import { isRequestId, type Topics } from '../protocol/topics.ts';
import { isRootName, liesUnder, rootOf } from './topic-root.ts';

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
}

/** What the service alone says, relative to the base; clients read it at most. */
const SPOKEN_BY_SERVICE = [
  'responses/#',
  'failures',
  'events/#',
  'stream/#',
  'state/#',
  'homeassistant/#',
  'availability',
];

/** What a `user` may read besides answers to its own requests. */
const READ_BY_USERS = ['failures', 'availability', 'state/#', 'events/#', 'stream/#'];

/** The part of it that is also published in the documented spelling, with a leading slash (N-40). */
const READ_BY_USERS_WITH_SLASH = ['events/#', 'stream/#'];

export function createAcl({ topics, isInstanceRoot }: AclSetup): Acl {
  const { base, requests, responsePrefix } = topics;
  const spoken = SPOKEN_BY_SERVICE.map((filter) => `${base}/${filter}`);
  const spokenByService = compile([...spoken, ...spoken.map((filter) => `/${filter}`)]);
  const userFilters = [
    ...READ_BY_USERS.map((filter) => `${base}/${filter}`),
    ...READ_BY_USERS_WITH_SLASH.map((filter) => `/${base}/${filter}`),
  ];
  const readByUsers = compile(userFilters);
  const baseRoot = rootOf(base);

  return {
    publish(account, topic) {
      if (topic === '' || /[+#\0]/.test(topic)) return deny('not a topic name');
      if (account.kind === 'instance') return ownsTopic(account, topic) ? OWN_ROOT : FOREIGN_ROOT;
      if (isSystemTopic(topic)) return deny('the broker alone publishes $SYS');
      if (spokenByService(topic)) return deny('the service alone publishes here');
      if (account.kind === 'user') {
        return topic === requests ? allow('users publish requests') : deny('users publish requests only');
      }
      return isInstanceRoot(rootOf(topic)) ? INSTANCE_ROOT : ADMIN;
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
      return isInstanceRoot(rootOf(filter)) ? INSTANCE_ROOT : ADMIN;
    },

    receive(account, topic) {
      if (account.kind === 'instance') return ownsTopic(account, topic);
      if (topic === requests) return false;
      if (account.kind === 'user') return readByUsers(topic) || topic.startsWith(responsePrefix);
      return !isInstanceRoot(rootOf(topic));
    },
  };

  function ownsTopic({ username }: Account, topic: string): boolean {
    return isRootName(username) && username !== baseRoot && liesUnder(topic, username);
  }

  function ownsFilter({ username }: Account, filter: string): boolean {
    if (!isRootName(username) || username === baseRoot) return false;
    return isSubset(filter, `${username}/#`) || isSubset(filter, `/${username}/#`);
  }

  /** Knowing a request's id is the right to read its answer, so the id must be spelled out. */
  function isResponse(filter: string): boolean {
    return filter.startsWith(responsePrefix) && isRequestId(filter.slice(responsePrefix.length));
  }
}

const OWN_ROOT = allow('an instance owns its root');
const FOREIGN_ROOT = deny('an instance stays within its root');
const INSTANCE_ROOT = deny('a root belongs to its instance alone');
const ADMIN = allow('admins use every other topic');

function isSystemTopic(topic: string): boolean {
  return topic === '$SYS' || topic.startsWith('$SYS/');
}

/** Turns exact names and `…/#` filters into one quick test: it runs for every message. */
function compile(filters: readonly string[]): (topic: string) => boolean {
  const trees = filters.filter((filter) => filter.endsWith('/#')).map((filter) => filter.slice(0, -1));
  const names = new Set(filters.map((filter) => filter.replace(/\/#$/, '')));
  return (topic) => names.has(topic) || trees.some((tree) => topic.startsWith(tree));
}

function allow(rule: string): Decision {
  return { allowed: true, rule };
}

function deny(rule: string): Decision {
  return { allowed: false, rule };
}
