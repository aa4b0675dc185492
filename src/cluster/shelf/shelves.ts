/** Owns which shelves a broker's messages and sessions are kept on: five streams, however many accounts there are. */

import type { Shelf } from '../../core/cluster/shelf.ts';
import { openShelf, type ShelfSetup } from './nats-shelf.ts';

export interface ShelvesSetup extends Omit<ShelfSetup, 'name' | 'perKey'> {
  /** Messages that one session may have waiting. */
  readonly queueLength: number;
}

/** What a client has acknowledged is taken away a little later. */
const SPARE = 2;

export interface OpenShelves {
  readonly retained: Shelf;
  readonly sessions: Shelf;
  readonly queues: Shelf;
  readonly wills: Shelf;
  readonly bridges: Shelf;
}

/** @throws where JetStream is not to be had */
export async function openShelves({ queueLength, ...setup }: ShelvesSetup): Promise<OpenShelves> {
  const newest = { most: 1, beyond: 'replace' } as const;
  const [retained, sessions, wills, bridges, queues] = await Promise.all([
    openShelf({ ...setup, name: 'retained', perKey: newest }),
    openShelf({ ...setup, name: 'sessions', perKey: newest }),
    openShelf({ ...setup, name: 'wills', perKey: newest }),
    openShelf({ ...setup, name: 'bridges', perKey: newest }),
    openShelf({ ...setup, name: 'queues', perKey: { most: queueLength * SPARE, beyond: 'refuse' } }),
  ]);
  return { retained, sessions, queues, wills, bridges };
}
