/** Owns the addresses of one MQTT account and of the list, which keep how the list was filtered. */

import { queryOf } from '../../router.ts';

export function addressOf(id: string): string {
  return `#/accounts/${id}${filters()}`;
}

export function listAddress(): string {
  return `#/accounts${filters()}`;
}

function filters(): string {
  const set = ['search', 'owner'].filter((key) => queryOf(key) !== '').map((key) => [key, queryOf(key)]);
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}
