/** Owns how another broker is tried and taken: its address and login, what came of the trial, and the lines that must be written for it. */

import { useSignal } from '@preact/signals';
import { RotateCw } from 'lucide';
import type { ProbeResult } from '../../../../../protocol/entities/watching/probe.ts';
import { call } from '../../../api.ts';
import { Button } from '../../../parts/button.tsx';
import { Copy } from '../../../parts/copy.tsx';
import { CheckField, TextField } from '../../../parts/forms/field.tsx';
import { Form } from '../../../parts/forms/form.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { Wire } from '../../../parts/wire.tsx';
import { may } from '../../../status.ts';
import { BROKER_TRIAL, START } from '../words.ts';

const PORTS = { plain: '1883', tls: '8883' } as const;

export function AnotherBroker({ canRestart }: { readonly canRestart: boolean }) {
  const draft = useSignal({ host: '', port: '', isTls: false, user: '', password: '' });
  const finding = useSignal<ProbeResult['finding'] | undefined>(undefined);
  const { host, port, isTls, user, password } = draft.value;
  const set = (changed: Partial<typeof draft.value>) => {
    draft.value = { ...draft.value, ...changed };
    finding.value = undefined;
  };

  async function look(): Promise<void> {
    const url = `${isTls ? 'mqtts' : 'mqtt'}://${bracketed(host.trim())}:${port.trim() || usual(isTls)}`;
    const answer = await call('probes.create', { url, username: user || null, password: password || null });
    finding.value = answer.finding;
  }

  return (
    <div class="form">
      {may('probes', 'create') && (
        <Form submit={START('broker.try')} onSubmit={look}>
          {(faultOf) => (
            <>
              <TextField
                label={START('broker.host')}
                placeholder="192.168.1.10"
                value={host}
                fault={faultOf('url')}
                required
                onInput={(text) => set({ host: text })}
              />
              <TextField
                label={START('broker.port')}
                placeholder={usual(isTls)}
                value={port}
                onInput={(text) => set({ port: text })}
              />
              <CheckField label={START('broker.tls')} checked={isTls} onChange={(is) => set({ isTls: is })} />
              <TextField
                label={START('broker.user')}
                autocomplete="off"
                value={user}
                onInput={(text) => set({ user: text })}
              />
              <TextField
                label={START('broker.password')}
                type="password"
                autocomplete="off"
                value={password}
                onInput={(text) => set({ password: text })}
              />
            </>
          )}
        </Form>
      )}
      <p class="trial" role="status" data-tone={finding.value === 'up' ? 'good' : undefined}>
        {finding.value && BROKER_TRIAL(finding.value)}
      </p>
      <Lines {...draft.value} />
      {canRestart && (
        <Button icon={RotateCw} onPress={restart}>
          {START('broker.restart')}
        </Button>
      )}
    </div>
  );
}

interface LinesProps {
  readonly host: string;
  readonly port: string;
  readonly isTls: boolean;
  readonly user: string;
}

/** The password is not among them: whoever copies them pastes them somewhere. */
function Lines({ host, port, isTls, user }: LinesProps) {
  const values = [
    ['host', host.trim() || '192.168.1.10'],
    ['port', port.trim() || usual(isTls)],
    ...(isTls ? [['protocol', 'mqtts']] : []),
    ['user', user || 'nestmtx'],
    ['pass', '...'],
  ] as const;
  const yaml = ['mqtt:', ...values.map(([key = '', value = '']) => `  ${key}: ${scalar(key, value)}`), ''].join('\n');
  return (
    <>
      <p>{START('broker.another.hint')}</p>
      <Wire label={START('broker.lines')} text={yaml} />
      <Copy text={yaml} what={START('broker.lines')} />
      <p class="hint">{START('broker.elsewhere')}</p>
    </>
  );
}

/** Quoted where YAML would else read something into it. */
function scalar(key: string, value: string): string {
  return key === 'pass' || !/^[\w.-]+$/.test(value) || /^\d+$/.test(value) !== (key === 'port')
    ? JSON.stringify(value)
    : value;
}

function usual(isTls: boolean): string {
  return isTls ? PORTS.tls : PORTS.plain;
}

/** An IPv6 address as URLs want it. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

async function restart(): Promise<void> {
  await call('service.update', { action: 'restart' }, 'process');
  done(START('broker.restarting'));
}
