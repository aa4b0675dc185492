/** Owns the view for who writes programs: the documents, and a box that sends any request and shows what goes over the wire. */

import './api.css';
import { useSignal } from '@preact/signals';
import { COMMANDS, type Command, needsEntity, payloadRule } from '../../../../protocol/verbs.ts';
import { send } from '../../live.ts';
import { Copied } from '../../parts/copy.tsx';
import { AreaField } from '../../parts/forms/area-field.tsx';
import { SelectField, TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Wire } from '../../parts/wire.tsx';
import { status, viewer } from '../../status.ts';
import { inOrder } from '../../words/language.ts';
import { API } from './words.ts';

const DOCUMENTS = ['openapi.json', 'asyncapi.json'] as const;

export function ApiView() {
  return (
    <>
      <div class="view-head">
        <h1>{API('title')}</h1>
      </div>
      <p>{API('hint')}</p>
      <ul class="documents">
        <li>
          <a href={docsAddress()}>{API('document.docs')}</a>
        </li>
        {DOCUMENTS.map((address) => (
          <li key={address}>
            <a href={address} target="_blank" rel="noreferrer">
              {API(`document.${address}`)}
            </a>
          </li>
        ))}
      </ul>
      <Sender />
    </>
  );
}

/** In this tab, whose token it reads; as light or dark as Home Assistant or somebody here has chosen. */
function docsAddress(): string {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === undefined ? 'docs/' : `docs/?theme=${chosen}`;
}

interface Request {
  readonly module: string;
  readonly command: Command;
  readonly entity?: string;
  readonly payload?: object;
}

function Sender() {
  const modules = Object.keys(viewer.value?.may ?? {}).toSorted(inOrder);
  const draft = useSignal({ module: modules[0] ?? '', command: 'list' as Command, entity: '', payload: '{}' });
  const answer = useSignal<unknown>(undefined);
  const isAnswered = useSignal(false);
  const set = (changed: Partial<typeof draft.value>) => {
    draft.value = { ...draft.value, ...changed };
    isAnswered.value = false;
  };
  const now = draft.value;
  const offered = COMMANDS.filter((command) => viewer.value?.may[now.module]?.[command] !== undefined);
  const command = offered.find((each) => each === now.command) ?? offered[0] ?? 'list';
  const payload = parsed(now.payload);
  const takesPayload = payloadRule(command) !== 'forbidden';
  const request: Request = {
    module: now.module,
    command,
    ...(needsEntity(command) ? { entity: now.entity } : {}),
    ...(takesPayload && payload ? { payload } : {}),
  };
  const base = status.value?.baseTopic ?? 'nestmtx';
  const sent = JSON.stringify({ ...request, requestId: '…', token: '…' }, null, 2);

  async function ask(): Promise<void> {
    answer.value = await send(request);
    isAnswered.value = true;
  }

  return (
    <div class="columns">
      <section aria-labelledby="send-title">
        <h2 id="send-title">{API('send.title')}</h2>
        <Form submit={API('send')} onSubmit={ask}>
          {() => (
            <>
              <SelectField
                label={API('module')}
                value={now.module}
                onChange={(module) => set({ module })}
                options={modules.map((module) => [module, module])}
              />
              <SelectField
                label={API('command')}
                value={command}
                onChange={(chosen) => set({ command: offered.find((each) => each === chosen) ?? 'list' })}
                options={offered.map((each) => [each, each])}
              />
              {needsEntity(command) && (
                <TextField
                  label={API('entity')}
                  hint={API('entity.hint')}
                  value={now.entity}
                  onInput={(entity) => set({ entity })}
                />
              )}
              {takesPayload && (
                <AreaField
                  label={API('payload')}
                  fault={payload ? undefined : API('payload.fault')}
                  rows={6}
                  value={now.payload}
                  onInput={(text) => set({ payload: text })}
                />
              )}
            </>
          )}
        </Form>
      </section>
      <section aria-labelledby="wire-title">
        <h2 id="wire-title">{API('wire')}</h2>
        <dl class="facts">
          <dt>{API('topic')}</dt>
          <dd>
            <Copied text={`${base}/requests`} what={API('topic')} />
          </dd>
          <dt>{API('topic.answer')}</dt>
          <dd>
            <Copied text={`${base}/responses/…`} what={API('topic.answer')} />
          </dd>
        </dl>
        <Wire label={API('payload')} text={sent} />
        <h2>{API('answer')}</h2>
        <Wire
          label={API('answer')}
          text={isAnswered.value ? (JSON.stringify(answer.value, null, 2) ?? '') : API('answer.none')}
          live
        />
      </section>
    </div>
  );
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
