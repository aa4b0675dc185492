/** Owns what `/status.json` says of the service and of who looks, as both ends of the page know it. */

import type { EventTopicMode } from '../topics.ts';
import type { Command } from '../verbs.ts';
import type { Health } from './health.ts';

/** Who looks at the page. */
export interface Looker {
  /** Both null where somebody else issued the token. */
  readonly id: string | null;
  readonly name: string | null;
  readonly role: 'admin' | 'user' | 'device';
}

/** On everything, or on what is one's own. */
export type Reach = 'all' | 'own';

export interface Viewer extends Looker {
  /** By module and verb, what the access table allows: the page offers nothing else. */
  readonly may: Readonly<Record<string, Readonly<Partial<Record<Command, Reach>>>>>;
}

export interface StatusDocument {
  readonly version: string;
  readonly mode: 'serve' | 'follow';
  readonly baseTopic: string;
  readonly eventTopics: EventTopicMode;
  /** Browsers have clocks of their own. */
  readonly now: string;
  readonly health: Health;
  /** Null for somebody who is not signed in. */
  readonly viewer: Viewer | null;
}
