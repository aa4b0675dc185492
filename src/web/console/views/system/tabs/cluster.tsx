/** Owns which bridges work together, what each of them does, and how it is with the log that they share. */

import { CircleCheck, Clock, Crown, TriangleAlert } from 'lucide';
import { useEffect } from 'preact/hooks';
import type { ClusterInfo } from '../../../../../protocol/entities/system/cluster.ts';
import { call } from '../../../api.ts';
import { useLoad } from '../../../loads.ts';
import { Badge } from '../../../parts/badge.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { CLUSTER } from './cluster-words.ts';

const AGAIN_MS = 3000;

export function ClusterTab() {
  const load = useLoad(() => call('cluster.list'));
  useEffect(() => {
    const timer = setInterval(() => void load.reload(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [load.reload]);
  return (
    <Loaded load={load}>
      {({ name, bridges, servers, log }) => (
        <>
          <h2 id="bridges-title">{CLUSTER('bridges', { name: name ?? '' })}</h2>
          <ul class="plain-list" aria-labelledby="bridges-title">
            {bridges.map((bridge) => (
              <BridgeLine key={bridge.bridge} {...bridge} />
            ))}
          </ul>
          {!bridges.some(({ isLeading }) => isLeading) && <p class="hint">{CLUSTER('led')}</p>}
          <h2 id="servers-title">{CLUSTER('servers')}</h2>
          {log ? <p class="hint">{CLUSTER('log', { ...log })}</p> : <p>{CLUSTER('away')}</p>}
          <ul class="plain-list" aria-labelledby="servers-title">
            {servers.map(({ name: server, isCurrent }) => (
              <li key={server}>
                <Whole isWhole={isCurrent} />
                <span>{server}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}

function BridgeLine({ bridge, isThis, isLeading, holds, behind }: ClusterInfo['bridges'][number]) {
  return (
    <li>
      <Whole isWhole={behind === 0} />
      {isLeading && <Badge tone="good" icon={Crown} text={CLUSTER('leads')} />}
      <span>{isThis ? CLUSTER('this', { bridge }) : bridge}</span>
      <p class="hint">
        {holds.length > 0 ? CLUSTER('sees', { sources: holds.join(', ') }) : CLUSTER('sees.none')}
        {behind > 0 && ` · ${CLUSTER('behind', { n: behind })}`}
      </p>
    </li>
  );
}

function Whole({ isWhole }: { readonly isWhole: boolean | null }) {
  if (isWhole === true) return <Badge tone="good" icon={CircleCheck} text={CLUSTER('whole')} />;
  if (isWhole === false) return <Badge tone="warn" icon={Clock} text={CLUSTER('catching')} />;
  return <Badge tone="bad" icon={TriangleAlert} text={CLUSTER('gone')} />;
}
