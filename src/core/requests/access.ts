/** Owns the access table: which role may use which verb of which module. One table decides, for every transport (N-39). */

import type { Command } from '../../protocol/verbs.ts';
import type { Role } from '../accounts/records.ts';

/** `anyone`: no token needed · `user`: any role but devices · `self`: a user on its own id, an admin on any · `admin`: admins only. */
export type Right = 'anyone' | 'user' | 'self' | 'admin';

export const ACCESS: Readonly<Record<string, Partial<Readonly<Record<Command, Right>>>>> = {
  auth: { list: 'user', read: 'admin', create: 'anyone', delete: 'user' },
  backups: { list: 'admin' },
  cameras: { list: 'user', read: 'user', create: 'admin', update: 'admin', delete: 'admin' },
  clients: { list: 'admin', delete: 'admin' },
  cluster: { list: 'admin' },
  credentials: { list: 'admin', create: 'admin', read: 'admin', update: 'admin', delete: 'admin' },
  cronjobs: { list: 'admin', update: 'admin' },
  events: { list: 'user', create: 'admin' },
  health: { list: 'anyone' },
  htop: { list: 'admin', update: 'admin' },
  imports: { create: 'admin', update: 'admin' },
  instances: { list: 'user', create: 'user', read: 'user', update: 'user', delete: 'user' },
  operations: { list: 'admin', read: 'admin', delete: 'admin' },
  outages: { list: 'user' },
  probes: { create: 'admin' },
  service: { list: 'admin', read: 'admin', update: 'admin' },
  settings: { list: 'admin' },
  snapshots: { list: 'user', read: 'user' },
  streams: { read: 'user', create: 'user', delete: 'user' },
  swagger: { list: 'anyone' },
  troubles: { list: 'admin' },
  users: { list: 'admin', create: 'admin', read: 'self', update: 'self', delete: 'admin' },
  version: { list: 'anyone' },
};

/** A map, since an object has names of its own, such as `constructor`. */
const RIGHTS = new Map(Object.entries(ACCESS));

/** Upstream calls a module with a verb for anyone insecure: it answers about its verbs without a token. */
export function isOpenModule(module: string): boolean {
  return Object.values(RIGHTS.get(module) ?? {}).includes('anyone');
}

export function rightFor(module: string, command: Command): Right | undefined {
  return RIGHTS.get(module)?.[command];
}

/** Whether someone logged in with `role` and `userId` has the right, on `entity` where there is one. */
export function isAllowed(right: Right, role: Role, userId: string, entity: string | undefined): boolean {
  if (right === 'anyone' || role === 'admin') return true;
  if (role === 'device') return false;
  if (right === 'user') return true;
  return right === 'self' && entity === userId;
}
