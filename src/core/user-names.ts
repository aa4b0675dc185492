/** Owns whether a user name is free: at a broker, users and rented instances share one space of names. */

import { INSTANCES, TOMBSTONES } from './instance-records.ts';
import type { Transaction } from './store.ts';
import { USERS } from './user-records.ts';

/** Names of removed instances stay spent (I-20). */
export function isNameTaken(tx: Transaction, username: string): boolean {
  const holder =
    tx.collection(USERS).by('username', username) ??
    tx.collection(INSTANCES).by('user', username) ??
    tx.collection(TOMBSTONES).get(username);
  return holder !== undefined;
}

/** The wanted name, or the first free of `name-2`, `name-3`, … */
export function freeName(tx: Transaction, wanted: string): string {
  let name = wanted;
  for (let count = 2; isNameTaken(tx, name); count += 1) name = `${wanted}-${count}`;
  return name;
}
