/** Owns what the configuration says of a cluster. */

import { resolve } from 'node:path';
import { parseNatsUrls } from './formats.ts';
import type { Settings } from './schema.ts';

export interface ClusterConfig {
  readonly name: string;
  /** `host:port` of each. */
  readonly servers: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Absent: without TLS, unless the servers ask for it. */
  readonly tls?: ClusterTls | undefined;
}

interface ClusterTls {
  /** Path of a PEM file, in place of the well-known authorities. */
  readonly caFile?: string;
}

/** Undefined for a bridge that stands alone. */
export function clusterConfig(settings: Settings, cwd: string): ClusterConfig | undefined {
  const { CLUSTER_URL, CLUSTER_NAME: name, CLUSTER_USER: username, CLUSTER_PASS: password, CLUSTER_TLS_CA } = settings;
  const urls = CLUSTER_URL === undefined ? undefined : parseNatsUrls(CLUSTER_URL);
  if (urls === undefined) return undefined;
  const ca = CLUSTER_TLS_CA === undefined ? {} : { caFile: resolve(cwd, CLUSTER_TLS_CA) };
  const isTls = urls.isTls || CLUSTER_TLS_CA !== undefined;
  return { name, servers: urls.servers, username, password, tls: isTls ? ca : undefined };
}
