/** Owns the `cluster` module, ours: which bridges there are besides this one, and what each of them does. */

import type { Module } from '../../core/requests/registry.ts';
import { CLUSTER, type ClusterInfo } from '../../protocol/entities/system/cluster.ts';

const ALONE: ClusterInfo = { name: null, bridges: [], servers: [], log: null };

/** @param look how it is at the moment; absent for a bridge that stands alone */
export function clusterModule(look: (() => Promise<ClusterInfo>) | undefined): Module {
  return {
    name: 'cluster',
    summary: 'The bridges that work together, and their log',
    operations: {
      list: {
        summary: 'Tell which bridges live, what each does, and how it is with the log that they share',
        result: CLUSTER,
        run: () => look?.() ?? ALONE,
      },
    },
  };
}
