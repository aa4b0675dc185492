/** Owns the second step: which broker there is, whether it works, and how another one is taken. */

import { CircleCheck, TriangleAlert } from 'lucide';
import { call } from '../../../api.ts';
import { useLoad } from '../../../loads.ts';
import { Badge } from '../../../parts/badge.tsx';
import { Copied } from '../../../parts/copy.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { status } from '../../../status.ts';
import { START } from '../words.ts';
import { AnotherBroker } from './another-broker.tsx';

export function BrokerStep() {
  const load = useLoad(() => call('service.list'));
  const works = status.value?.health.details['mqtt']?.healthy === true;
  return (
    <Loaded load={load}>
      {({ mqttPort, canRestart, broker, brokerAddress }) => (
        <>
          <p>
            <Badge
              tone={works ? 'good' : 'bad'}
              icon={works ? CircleCheck : TriangleAlert}
              text={START(works ? 'broker.works' : 'broker.fails')}
            />
          </p>
          {broker === 'embedded' ? (
            <p>
              {START('broker.own')}{' '}
              <Copied text={`mqtt://${location.hostname}:${mqttPort}`} what={START('broker.address')} />
            </p>
          ) : (
            <p>
              {START(`broker.${broker}`)} {brokerAddress !== null && <code>{brokerAddress}</code>}
            </p>
          )}
          <details>
            <summary>{START('broker.another')}</summary>
            <AnotherBroker canRestart={canRestart} />
          </details>
        </>
      )}
    </Loaded>
  );
}
