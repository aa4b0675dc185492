/** Owns where a node keeps what it told: in its own context, in a store that outlives a restart where Node-RED has one. */

import type { Node, NodeAPI } from 'node-red';
import { isObject } from '../../../src/protocol/envelope.ts';
import type { Memory } from './stays.ts';

export interface NodeMemory extends Memory {
  /**
   * Resolves when all is written.
   * @param isRemoved the node does not come back
   */
  close(isRemoved: boolean): Promise<void>;
}

interface Place {
  read(): Promise<unknown>;
  write(value: object | undefined): Promise<void>;
}

const KEY = 'told';

/** By node. Where nobody has configured a store, Node-RED empties the contexts of nodes with every deploy. */
const overDeploys = new Map<string, object | undefined>();

/** A store that cannot be read is an empty one: then all is news, and nothing is lost. */
export async function openMemory(RED: NodeAPI, node: Node): Promise<NodeMemory> {
  const stores = storesOf(RED.settings);
  const place = Object.keys(stores).length > 0 ? contextOf(node, storeAmong(stores)) : processOf(node);
  const kept = await place.read();
  let wanted: (() => object) | undefined;
  let written = Promise.resolve();

  /** One write for many changes of one moment. */
  async function write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const value = wanted?.();
    wanted = undefined;
    await place.write(value);
  }

  return {
    kept: isObject(kept) ? kept : {},
    keep: (stays) => {
      if (wanted === undefined) written = written.then(write);
      wanted = stays;
    },
    close: async (isRemoved) => {
      await written;
      if (isRemoved) overDeploys.delete(node.id);
    },
  };
}

function processOf({ id }: Node): Place {
  return {
    read: async () => overDeploys.get(id),
    write: async (value) => void overDeploys.set(id, value),
  };
}

/** @param store undefined for the default */
function contextOf(node: Node, store: string | undefined): Place {
  const context = node.context();
  return {
    read: () =>
      new Promise((resolve) => {
        context.get(KEY, store, (error: unknown, value: unknown) => resolve(error ? undefined : value));
      }),
    write: (value) =>
      new Promise((resolve) => {
        context.set(KEY, value, store, (error: unknown) => {
          if (error) node.warn(`what was told cannot be kept: ${String(error)}`);
          resolve();
        });
      }),
  };
}

function storesOf(settings: object): Readonly<Record<string, unknown>> {
  return 'contextStorage' in settings && isObject(settings.contextStorage) ? settings.contextStorage : {};
}

/** Undefined for the default, which is in memory alone unless the user said otherwise. */
function storeAmong(stores: Readonly<Record<string, unknown>>): string | undefined {
  const lasts = (name: string): boolean => {
    const store = Object.hasOwn(stores, name) ? stores[name] : undefined;
    if (typeof store === 'string') return store !== name && lasts(store);
    return isObject(store) && store['module'] !== undefined && store['module'] !== 'memory';
  };
  if (lasts('default')) return undefined;
  return Object.keys(stores).find((name) => name !== 'default' && lasts(name));
}
