/** Owns what runs here, and starting it again; how each part of it is stands beside. */

import { RotateCw } from 'lucide';
import { call } from '../../../api.ts';
import { useLoad } from '../../../loads.ts';
import { Button } from '../../../parts/button.tsx';
import { Copied } from '../../../parts/copy.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { confirmOnce } from '../../../parts/messages/confirm.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { Ago } from '../../../parts/moment.tsx';
import { may } from '../../../status.ts';
import { HealthSection } from '../health.tsx';
import { SYSTEM } from '../words.ts';

export function Overview() {
  const load = useLoad(() => call('service.list'));
  return (
    <div class="columns">
      <section aria-labelledby="runs-title">
        <h2 id="runs-title">{SYSTEM('runs')}</h2>
        <Loaded load={load}>
          {({ version, platform, startedAt, httpPort, mqttPort, baseTopic, mode, canRestart }) => (
            <>
              <dl class="facts">
                <dt>{SYSTEM('version')}</dt>
                <dd>{version}</dd>
                <dt>{SYSTEM('started')}</dt>
                <dd>
                  <Ago at={startedAt} />
                </dd>
                <dt>{SYSTEM('mode')}</dt>
                <dd>{SYSTEM(`mode.${mode}`)}</dd>
                <dt>{SYSTEM('baseTopic')}</dt>
                <dd>
                  <Copied text={baseTopic} what={SYSTEM('baseTopic')} />
                </dd>
                <dt>{SYSTEM('httpPort')}</dt>
                <dd>{String(httpPort)}</dd>
                <dt>{SYSTEM('mqttPort')}</dt>
                <dd>{mqttPort === 0 ? SYSTEM('mqttPort.none') : String(mqttPort)}</dd>
                <dt>{SYSTEM('platform')}</dt>
                <dd>{platform}</dd>
              </dl>
              {canRestart && may('service', 'update') && (
                <Button icon={RotateCw} onPress={restart}>
                  {SYSTEM('restart')}
                </Button>
              )}
            </>
          )}
        </Loaded>
      </section>
      <HealthSection />
    </div>
  );
}

async function restart(): Promise<void> {
  const question = {
    title: SYSTEM('restart.title'),
    consequence: SYSTEM('restart.consequence'),
    verb: SYSTEM('restart'),
  };
  if (!(await confirmOnce(question))) return;
  await call('service.update', { action: 'restart' }, 'process');
  done(SYSTEM('restarting'));
}
