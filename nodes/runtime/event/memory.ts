/** Owns where a node keeps what it told: in its own context, in a store that outlives a restart where Node-RED has one. */

import type { Node, NodeAPI } from 'node-red';
import { isObject } from '../../../src/protocol/envelope.ts';
import type { Memory } from './stays.ts';

export interface NodeMemory extends Memory {
  /** Resolves when all is written. */
  close(): Promise<void>;
}

const KEY = 'told';

/** A store that cannot be read is an empty one: then all is news, and nothing is lost. */
export async function openMemory(RED: NodeAPI, node: Node): Promise<NodeMemory> {
  const context = node.context();
  const store = storeOf(RED.settings);
  const kept = await new Promise<unknown>((resolve) => {
    context.get(KEY, store, (error: unknown, value: unknown) => resolve(error ? undefined : value));
  });
  let wanted: (() => object) | undefined;
  let written = Promise.resolve();

  /** One write for many changes of one moment. */
  async function write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const value = wanted?.();
    wanted = undefined;
    await new Promise<void>((resolve) => {
      context.set(KEY, value, store, (error: unknown) => {
        if (error) node.warn(`what was told cannot be kept: ${String(error)}`);
        resolve();
      });
    });
  }

  return {
    kept: isObject(kept) ? kept : {},
    keep: (stays) => {
      if (wanted === undefined) written = written.then(write);
      wanted = stays;
    },
    close: () => written,
  };
}

/** Undefined for the default, which is in memory alone unless the user said otherwise. */
function storeOf(settings: object): string | undefined {
  const stores = 'contextStorage' in settings && isObject(settings.contextStorage) ? settings.contextStorage : {};
  const lasts = (name: string): boolean => {
    const store = stores[name];
    if (typeof store === 'string') return store !== name && lasts(store);
    return isObject(store) && store['module'] !== undefined && store['module'] !== 'memory';
  };
  if (lasts('default')) return undefined;
  return Object.keys(stores).find((name) => name !== 'default' && lasts(name));
}
