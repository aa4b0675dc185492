/** Owns `cluster`: begins a cluster with this bridge's data folder, takes the folder out again, tells how the cluster is. */

import type { ClusterInfo } from '../../protocol/entities/system/cluster.ts';
import { atMost, oneOf } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { print } from '../output.ts';

const DEEDS = ['status', 'seed', 'leave'];

export const clusterCommand: Command = {
  name: 'cluster',
  summary: 'Look after a cluster: several bridges that serve together',
  usage: ['cluster status', 'cluster seed', 'cluster leave'],
  notes: [
    'CLUSTER_URL says where its NATS servers are: docs/cluster.md. seed and leave want the service of this folder to be stopped.',
    'seed begins the cluster with all that is in the data folder. leave has the folder stand alone from now on, with all that',
    'its copy has; the other bridges go on without it.',
  ],
  examples: [
    ['cluster status', 'which bridges live, what each does, and whether all NATS servers have everything'],
    ['cluster seed', 'once, where the data is, before the first bridge is started with CLUSTER_URL'],
    ['cluster leave', 'to go back to a single bridge'],
  ],
  words: [DEEDS],
  async run(context) {
    atMost(1, context, 'cluster');
    const deed = oneOf('what to do', context.args[0], DEEDS, 'cluster');
    const cluster = await context.program.cluster();
    if (deed === 'status') return tell(context, await cluster.status());
    if (deed === 'seed') {
      const counts = await cluster.seed();
      print(
        context,
        { counts },
        `the cluster has begun, with ${words(counts)}. Start this bridge with CLUSTER_URL first`,
      );
      return 0;
    }
    const { counts, position } = await cluster.leave();
    const text = `this folder stands alone from now on, as of entry ${position}, with ${words(counts)}. Start it without CLUSTER_URL`;
    print(context, { counts, position }, text);
    return 0;
  },
};

/** 1 where somebody should look: nobody leads, or a NATS server has not everything. */
function tell(context: Context, status: ClusterInfo): number {
  const { name, bridges, servers, log } = status;
  const lines = [
    `cluster ${name}`,
    `  log: ${log ? `entries ${log.first} to ${log.last}, ${log.bytes} bytes` : 'nobody tells of it: the NATS servers have no majority, or are out of reach'}`,
    ...(bridges.length === 0 ? ['  no bridge is heard'] : bridges.map(bridgeLine)),
    ...servers.map(({ name: server, role, isCurrent }) => {
      const words = isCurrent === null ? 'away' : isCurrent ? 'has everything' : 'is catching up';
      return `  NATS server ${server}: ${role}, ${words}`;
    }),
  ];
  print(context, status, lines.join('\n'));
  const isLed = bridges.some(({ isLeading }) => isLeading);
  return isLed && log !== null && servers.every(({ isCurrent }) => isCurrent === true) ? 0 : 1;
}

function bridgeLine({ bridge, isLeading, holds, entry, behind }: ClusterInfo['bridges'][number]): string {
  const does = [...(isLeading ? ['leads'] : []), ...holds.map((source) => `sees ${source}`)];
  const place = behind === 0 ? `has entry ${entry}` : `has entry ${entry}, ${behind} behind`;
  return `  bridge ${bridge}: ${[...does, place].join(', ')}`;
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
