/** Owns the backbone of a broker that is the only one: there is nobody to tell, to ask or to wait for. */

import type { Backbone } from './backbone.ts';

export const ALONE: Backbone = {
  hasOthers: false,
  isBehind: () => false,
  caughtUp: (_topic, callback) => callback(),
  hold: () => undefined,
  carry: () => undefined,
  handedOn: async () => undefined,
  count: () => undefined,
  counted: () => undefined,
  claim: () => undefined,
  retainedUpTo: () => undefined,
  settle: async () => undefined,
  kick: async () => false,
  disconnect: async () => 0,
  evict: (_accountKey, _root, here) => here(),
  sessions: async () => [],
  begin: async () => undefined,
  close: () => undefined,
};
