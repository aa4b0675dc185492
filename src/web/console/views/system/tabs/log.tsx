/** Owns the log: as it is written, by severity and text, paused and saved; and how much is written. */

import { useSignal } from '@preact/signals';
import { Download, Pause, Play } from 'lucide';
import { useEffect } from 'preact/hooks';
import { LOG_LEVELS, type LogLevel } from '../../../../../protocol/entities/system/service.ts';
import { call } from '../../../api.ts';
import { onLogLine } from '../../../live.ts';
import { useLoad } from '../../../loads.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { SelectField } from '../../../parts/forms/field.tsx';
import { SearchField } from '../../../parts/forms/search-field.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { At } from '../../../parts/moment.tsx';
import { saveFile } from '../../../parts/save-file.ts';
import { queryOf, setQuery } from '../../../router.ts';
import { COMMON } from '../../../words/common.ts';
import { addLine, isMeant, type Line, lines, restOf, showLines } from '../lines.ts';
import { SYSTEM } from '../words.ts';

export function LogTab() {
  const load = useLoad(async () => {
    const { lines: known } = await call('service.read', undefined, 'log');
    showLines(known);
    return true;
  });
  const held = useSignal<readonly Line[] | undefined>(undefined);
  useEffect(() => onLogLine(addLine), []);
  const least = queryOf('level') || 'info';
  const shown = (held.value ?? lines.value).filter((line) => isMeant(line, least, queryOf('search')));

  function save(): void {
    const text = shown.map((line) => `${JSON.stringify(line)}\n`).join('');
    saveFile('nestmtx-bridge.log', new Blob([text], { type: 'application/x-ndjson' }));
  }

  return (
    <>
      <div class="filters">
        <SearchField label={SYSTEM('log.search')} />
        <SelectField
          label={SYSTEM('log.least')}
          value={least}
          onChange={(level) => setQuery('level', level)}
          options={LOG_LEVELS.map((level) => [level, SYSTEM(`level.${level}`)])}
        />
        <Written />
      </div>
      <div class="actions">
        <Button
          icon={held.value ? Play : Pause}
          onPress={() => {
            held.value = held.value ? undefined : lines.value;
          }}
        >
          {SYSTEM(held.value ? 'log.goOn' : 'log.pause')}
        </Button>
        <Button icon={Download} onPress={save}>
          {SYSTEM('log.save')}
        </Button>
      </div>
      <Loaded load={load}>
        {() => (shown.length === 0 ? <Empty title={COMMON('nothingFound')} /> : <Lines shown={shown} />)}
      </Loaded>
    </>
  );
}

/** The latest first: nobody wants to run after the end of a page. */
function Lines({ shown }: { readonly shown: readonly Line[] }) {
  return (
    <ol class="log" aria-label={SYSTEM('tab.log')}>
      {shown.toReversed().map((line, at) => (
        <li key={shown.length - at} data-tone={toneOf(line)}>
          <At at={line.time} />
          <span class="log-level">{levelText(line)}</span>
          <span class="log-text" lang="en">
            <bdi>{line.msg}</bdi>{' '}
            {restOf(line).map((field) => (
              <code key={field}>
                <bdi>{field}</bdi>{' '}
              </code>
            ))}
          </span>
        </li>
      ))}
    </ol>
  );
}

function levelText({ level }: Line): string {
  const key = `level.${level}`;
  return SYSTEM.knows(key) ? SYSTEM(key) : level;
}

function toneOf({ level }: Line): string {
  if (level === 'error' || level === 'fatal') return 'bad';
  return level === 'warn' ? 'warn' : 'soft';
}

/** How much the service writes, until it ends. */
function Written() {
  const load = useLoad(() => call('service.list'));
  const level = load.value?.logLevel;
  if (level === undefined || !isLevel(level)) return null;

  async function set(chosen: string): Promise<void> {
    if (!isLevel(chosen)) return;
    await call('service.update', { level: chosen }, 'log');
    await load.reload();
    done(SYSTEM('log.set'));
  }

  return (
    <SelectField
      label={SYSTEM('log.written')}
      value={level}
      onChange={(chosen) => void set(chosen)}
      options={LOG_LEVELS.map((each) => [each, SYSTEM(`level.${each}`)])}
    />
  );
}

function isLevel(text: string): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text);
}
