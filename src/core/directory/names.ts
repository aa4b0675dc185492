/** Owns whether a user name is free: at a broker, users and rented instances share one space of names. */

import { USERS } from '../accounts/records.ts';
import { INSTANCES, TOMBSTONES } from '../instances/records.ts';
import type { Transaction } from '../store.ts';

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
