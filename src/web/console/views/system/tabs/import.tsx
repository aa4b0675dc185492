/** Owns moving in from elsewhere: where from, what would come, and then all of it at once, with progress that can be cancelled. */

import { useSignal } from '@preact/signals';
import type { ImportCreate, ImportDone, ImportPlan } from '../../../../../protocol/entities/system/imports.ts';
import type { OperationInfo } from '../../../../../protocol/entities/system/operations.ts';
import { call } from '../../../api.ts';
import { Button } from '../../../parts/button.tsx';
import { SelectField, TextField } from '../../../parts/forms/field.tsx';
import { Form } from '../../../parts/forms/form.tsx';
import { Progress } from '../../../parts/messages/progress.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { Secret } from '../../../parts/secret.tsx';
import { COMMON } from '../../../words/common.ts';
import { followOperation } from '../follow-operation.ts';
import { PlanOfImport } from '../plan.tsx';
import { SYSTEM } from '../words.ts';

const EXAMPLES = { nestmtx: 'http://nest:2000', mediamtx: 'http://media:9997', go2rtc: 'http://media:1984' } as const;

interface Planned {
  readonly id: string;
  readonly plan: ImportPlan;
}

export function ImportTab() {
  const running = useSignal<OperationInfo | undefined>(undefined);
  const planned = useSignal<Planned | undefined>(undefined);
  const passwords = useSignal<ImportDone['passwords'] | undefined>(undefined);

  /** @returns undefined when it was cancelled */
  async function follow(id: string): Promise<unknown> {
    try {
      return await followOperation(id, (now) => (running.value = now));
    } finally {
      running.value = undefined;
    }
  }

  async function plan(from: ImportCreate): Promise<void> {
    const { operation: id } = await call('imports.create', from);
    const result = await follow(id);
    if (result !== undefined) planned.value = { id, plan: result as ImportPlan };
  }

  async function run(skipRefused: boolean): Promise<void> {
    if (!planned.value) return;
    const { operation } = await call('imports.update', { skipRefused }, planned.value.id);
    const result = await follow(operation);
    if (result === undefined) return;
    planned.value = undefined;
    done(SYSTEM('import.done'));
    passwords.value = (result as ImportDone).passwords;
  }

  if (passwords.value && Object.keys(passwords.value).length > 0) {
    return <Passwords made={passwords.value} onKept={() => (passwords.value = undefined)} />;
  }
  return (
    <>
      {planned.value ? (
        <PlanOfImport plan={planned.value.plan} onRun={run} onCancel={() => (planned.value = undefined)} />
      ) : (
        <Source onPlan={plan} />
      )}
      {running.value && <Running operation={running.value} />}
    </>
  );
}

function Running({ operation: { id, done: finished, total } }: { readonly operation: OperationInfo }) {
  return (
    <div class="notice">
      <Progress done={finished} total={total} />
      <Button onPress={() => call('operations.delete', undefined, id)}>{COMMON('cancel')}</Button>
    </div>
  );
}

function Source({ onPlan }: { readonly onPlan: (from: ImportCreate) => Promise<void> }) {
  const draft = useSignal<Required<ImportCreate>>({
    from: 'nestmtx',
    url: '',
    username: '',
    password: '',
    app_key: '',
  });
  const set = (changed: Partial<ImportCreate>) => {
    draft.value = { ...draft.value, ...changed };
  };
  const now = draft.value;
  const isNestMtx = now.from === 'nestmtx';

  function send(): Promise<void> {
    const { from, url, username, password, app_key } = draft.value;
    return onPlan({
      from,
      url: url.trim(),
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      ...(isNestMtx && app_key !== '' ? { app_key } : {}),
    });
  }

  return (
    <>
      <p>{SYSTEM('import.hint')}</p>
      <Form submit={SYSTEM('import.plan')} onSubmit={send}>
        {(faultOf) => (
          <>
            <SelectField
              label={SYSTEM('import.from')}
              value={now.from}
              onChange={(from) => set({ from: from as ImportCreate['from'] })}
              options={[
                ['nestmtx', 'NestMTX'],
                ['mediamtx', 'MediaMTX'],
                ['go2rtc', 'go2rtc'],
              ]}
            />
            <TextField
              label={SYSTEM('import.url')}
              type="url"
              placeholder={EXAMPLES[now.from]}
              value={now.url}
              fault={faultOf('url')}
              onInput={(url) => set({ url })}
            />
            <TextField
              label={SYSTEM('import.username')}
              hint={isNestMtx ? SYSTEM('import.username.hint') : undefined}
              autocomplete="off"
              value={now.username}
              onInput={(username) => set({ username })}
            />
            <TextField
              label={SYSTEM('import.password')}
              type="password"
              autocomplete="off"
              value={now.password}
              onInput={(password) => set({ password })}
            />
            {isNestMtx && (
              <TextField
                label="APP_KEY"
                hint={SYSTEM('import.appKey.hint')}
                type="password"
                autocomplete="off"
                value={now.app_key}
                onInput={(app_key) => set({ app_key })}
              />
            )}
          </>
        )}
      </Form>
    </>
  );
}

function Passwords({ made, onKept }: { readonly made: ImportDone['passwords']; readonly onKept: () => void }) {
  return (
    <section aria-labelledby="passwords-title">
      <h2 id="passwords-title">{SYSTEM('import.passwords')}</h2>
      <p>{SYSTEM('import.passwords.hint')}</p>
      <dl class="facts">
        {Object.entries(made).map(([name, password]) => (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd>
              <Secret text={password} what={name} />
            </dd>
          </div>
        ))}
      </dl>
      <Button kind="primary" onPress={onKept}>
        {COMMON('kept')}
      </Button>
    </section>
  );
}
