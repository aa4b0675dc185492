/** Owns the lines in the log that say who changed what: users, cameras, credentials. Names keys, never values. Instances have lines of their own. */

import { type Envelope, isObject } from '../../protocol/envelope.ts';
import type { Session } from '../accounts/sessions.ts';
import type { Log } from '../ports.ts';
import type { Origin } from './registry.ts';

const NOUNS: Readonly<Record<string, string>> = {
  users: 'a user was',
  cameras: 'a camera was',
  credentials: 'credentials were',
  cronjobs: 'a job was',
  htop: 'a process was',
  settings: 'settings were',
  service: 'the service was',
  clients: 'a client of the broker was',
  imports: 'an import was',
};
const VERBS: Readonly<Record<string, string>> = { create: 'created', update: 'changed', delete: 'removed' };

/** To be called when the request has been carried out. */
export function audit(log: Log, request: Envelope, session: Session | undefined, origin: Origin, value: unknown): void {
  const { module, command, payload = {}, requestId } = request;
  const [noun, verb] = [own(NOUNS, module), own(VERBS, command)];
  if (noun === undefined || verb === undefined) return;
  const entity = request.entity ?? (isObject(value) ? value['id'] : value);
  const changed = command === 'update' ? { changed: Object.keys(payload) } : {};
  const who = { by: session?.user.username, transport: origin.transport, address: origin.address, requestId };
  log.info({ audit: `${module}.${command}`, entity, ...changed, ...who }, `${noun} ${verb}`);
}

function own(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined;
}
