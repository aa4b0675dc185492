/** Owns where media servers come in: opens a door where it was open before, and knows the host that they are told. */

import { hostname } from 'node:os';
import { FACTS } from '../../core/fact-records.ts';
import { isEverywhere } from '../../core/network.ts';
import type { Store } from '../../core/store.ts';
import { urlHost } from '../../protocol/url-host.ts';
import type { Listening } from './listening.ts';

export interface Address {
  readonly host: string;
  /** 0: any free port, and the same again after a restart. */
  readonly port: number;
}

/**
 * Without a port of its own a door opens where it was open before, if that port is free: a media server that has to be told another
 * address throws its readers out.
 * @param name tells this door from others
 */
export async function openDoor(
  store: Store,
  name: string,
  address: Address,
  open: (address: Address) => Promise<Listening>,
): Promise<Listening> {
  if (address.port !== 0) return open(address);
  const id = `google_${name}_port`;
  const before = Number(store.collection(FACTS).get(id)?.value ?? 0);
  const door = await open({ ...address, port: before }).catch((error: unknown) => {
    if (before === 0) throw error;
    return open(address);
  });
  if (door.port !== before) await store.commit((tx) => tx.collection(FACTS).put({ id, value: String(door.port) }));
  return door;
}

/** @param told what somebody configured; without it, where the door is, or this host's name for a door that is everywhere */
export function hostIn({ host }: Address, told: string | undefined): string {
  return urlHost(told ?? (isEverywhere(host) ? hostname() : host));
}
