/** Owns the second step: which broker there is, whether it works, and how another one is taken. */

import { CircleCheck, RotateCw, TriangleAlert } from 'lucide';
import { call } from '../../../api.ts';
import { useLoad } from '../../../loads.ts';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { Copied, Copy } from '../../../parts/copy.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { Wire } from '../../../parts/wire.tsx';
import { status } from '../../../status.ts';
import { START } from '../words.ts';

const LINES = 'mqtt:\n  host: 192.168.1.10\n  port: 1883\n  user: nestmtx\n  pass: "..."\n';

export function BrokerStep() {
  const load = useLoad(() => call('service.list'));
  const works = status.value?.health.details['mqtt']?.healthy === true;
  return (
    <Loaded load={load}>
      {({ mqttPort, canRestart }) => (
        <>
          <p>
            <Badge
              tone={works ? 'good' : 'bad'}
              icon={works ? CircleCheck : TriangleAlert}
              text={START(works ? 'broker.works' : 'broker.fails')}
            />
          </p>
          {mqttPort === 0 ? (
            <p>{START('broker.external')}</p>
          ) : (
            <p>
              {START('broker.own')}{' '}
              <Copied text={`mqtt://${location.hostname}:${mqttPort}`} what={START('broker.address')} />
            </p>
          )}
          <details>
            <summary>{START('broker.another')}</summary>
            <p>{START('broker.another.hint')}</p>
            <Wire label={START('broker.lines')} text={LINES} />
            <Copy text={LINES} what={START('broker.lines')} />
            {canRestart && (
              <Button icon={RotateCw} onPress={restart}>
                {START('broker.restart')}
              </Button>
            )}
          </details>
        </>
      )}
    </Loaded>
  );
}

async function restart(): Promise<void> {
  await call('service.update', { action: 'restart' }, 'process');
  done(START('broker.restarting'));
}
