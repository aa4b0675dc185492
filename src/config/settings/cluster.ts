/** Owns the settings of a cluster: where its NATS servers are, how to log in there, and which of its logs is ours. */

import { SECRET, TEXT } from './kinds.ts';

export const CLUSTER_SETTINGS = {
  CLUSTER_URL: {
    ...TEXT,
    format: 'nats-urls',
    yaml: 'cluster.url',
    description: 'NATS servers of the cluster that this bridge is one of; when absent, it stands alone.',
  },
  CLUSTER_NAME: {
    ...TEXT,
    format: 'cluster-name',
    yaml: 'cluster.name',
    default: 'nestmtx',
    description: 'Name of the cluster there: bridges with the same name are one.',
  },
  CLUSTER_USER: { ...TEXT, yaml: 'cluster.user', description: 'User name at the NATS servers.' },
  CLUSTER_PASS: { ...SECRET, yaml: 'cluster.pass', description: 'Password at the NATS servers.' },
  CLUSTER_TLS_CA: {
    ...TEXT,
    yaml: 'cluster.tls_ca',
    description: 'PEM file of the authority that signed the certificates of the NATS servers.',
  },
} as const;
