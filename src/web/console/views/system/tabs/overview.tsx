/** Owns what runs here and how each part of it is; and starting it again. */

import { CircleCheck, CircleX, RotateCw, TriangleAlert } from 'lucide';
import type { Check } from '../../../../../protocol/entities/health.ts';
import { call } from '../../../api.ts';
import { useLoad } from '../../../loads.ts';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { Copied } from '../../../parts/copy.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { confirmOnce } from '../../../parts/messages/confirm.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { Ago } from '../../../parts/moment.tsx';
import { may, status } from '../../../status.ts';
import { HEALTH_WORDS } from '../../../words/health.ts';
import { SYSTEM } from '../words.ts';

export function Overview() {
  const load = useLoad(() => call('service.list'));
  const parts = Object.entries(status.value?.health.details ?? {});
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
      <section aria-labelledby="health-title">
        <h2 id="health-title">{SYSTEM('health')}</h2>
        <ul class="plain-list">
          {parts.map(([part, check]) => (
            <li key={part}>
              <Health check={check} />
              <span>{nameOf(part)}</span>
              {check.healthy !== true && <p class="hint">{cureOf(part)}</p>}
            </li>
          ))}
        </ul>
        <a href="#/events?kind=source.offline">{SYSTEM('health.history')}</a>
      </section>
    </div>
  );
}

function Health({ check: { healthy } }: { readonly check: Check }) {
  if (healthy === true) return <Badge tone="good" icon={CircleCheck} text={SYSTEM('is.good')} />;
  if (healthy === null) return <Badge tone="warn" icon={TriangleAlert} text={SYSTEM('is.limited')} />;
  return <Badge tone="bad" icon={CircleX} text={SYSTEM('is.bad')} />;
}

function nameOf(part: string): string {
  const key = `part.${part}`;
  return SYSTEM.knows(key) ? SYSTEM(key) : part;
}

function cureOf(part: string): string {
  return HEALTH_WORDS.knows(part) ? HEALTH_WORDS(part) : HEALTH_WORDS('other', { part });
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
