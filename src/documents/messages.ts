/** Owns the messages of the AsyncAPI document: each is written once, and channels and operations refer to it. */

import type { Schema } from '../core/requests/validation.ts';

interface Message {
  readonly summary: string;
  readonly description?: string;
  /** Absent for a message of zero bytes. */
  readonly payload?: Schema;
  readonly contentType?: string;
  readonly tags?: readonly { readonly name: string }[];
  readonly examples?: readonly { readonly name: string; readonly summary?: string; readonly payload: unknown }[];
}

interface Reference {
  readonly $ref: string;
}

export interface Messages {
  /** Returns its name. */
  add(name: string, message: Message): string;
  readonly all: Readonly<Record<string, object>>;
}

export function createMessages(): Messages {
  const all: Record<string, object> = {};
  return {
    add(name, message) {
      all[name] = { name, ...message };
      return name;
    },
    all,
  };
}

/** As a channel lists its messages. */
export function inChannel(names: readonly string[]): Record<string, Reference> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

/** As an operation picks from the messages of its channel. */
export function ofChannel(channel: string, names: readonly string[]): Reference[] {
  return names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
}
