/** Owns saving everything as one file, and finding out whether a file is whole. */

import { useSignal } from '@preact/signals';
import { CircleCheck, CircleX, Download } from 'lucide';
import { useId } from 'preact/hooks';
import { isObject } from '../../../../../protocol/envelope.ts';
import { ask, download, type Refusal } from '../../../api.ts';
import { refusalOf } from '../../../loads.ts';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { saveFile } from '../../../parts/save-file.ts';
import { SYSTEM } from '../words.ts';

const KINDS = ['users', 'cameras', 'instances', 'credentials'] as const;

type Counts = Readonly<Record<string, unknown>>;

export function BackupTab() {
  const checked = useSignal<Counts | Refusal | 'checking' | undefined>(undefined);
  const id = useId();

  async function save(): Promise<void> {
    const day = new Date().toISOString().slice(0, 10);
    saveFile(`nestmtx-bridge-${day}.backup`, await download('api/backup'));
  }

  async function check(file: File): Promise<void> {
    checked.value = 'checking';
    try {
      const headers = { 'Content-Type': 'application/octet-stream' };
      const response = await ask('api/backup/check', { method: 'POST', headers, body: file });
      const answer: unknown = await response.json();
      checked.value = isObject(answer) && isObject(answer['counts']) ? answer['counts'] : {};
    } catch (error) {
      checked.value = refusalOf(error);
    }
  }

  const result = checked.value;
  return (
    <div class="columns">
      <section aria-labelledby="save-title">
        <h2 id="save-title">{SYSTEM('backup.save')}</h2>
        <p>{SYSTEM('backup.save.hint')}</p>
        <p class="notice">{SYSTEM('backup.secret')}</p>
        <Button kind="primary" icon={Download} onPress={save}>
          {SYSTEM('backup.download')}
        </Button>
      </section>
      <section aria-labelledby="check-title">
        <h2 id="check-title">{SYSTEM('backup.check')}</h2>
        <p>{SYSTEM('backup.check.hint')}</p>
        <div class="field">
          <label for={id}>{SYSTEM('backup.file')}</label>
          <input
            id={id}
            type="file"
            onChange={({ currentTarget: { files } }) => {
              const [file] = files ?? [];
              if (file) void check(file);
            }}
          />
        </div>
        <p role="status">
          {result === 'checking' && SYSTEM('backup.checking')}
          {result instanceof Error && (
            <>
              <Badge tone="bad" icon={CircleX} text={SYSTEM('backup.broken')} />{' '}
              <span class="hint">{result.message}</span>
            </>
          )}
          {result !== undefined && result !== 'checking' && !(result instanceof Error) && (
            <>
              <Badge tone="good" icon={CircleCheck} text={SYSTEM('backup.whole')} />{' '}
              {KINDS.map((kind) => SYSTEM(`backup.${kind}`, { n: Number(result[kind] ?? 0) })).join(', ')}
            </>
          )}
        </p>
        <p class="hint">{SYSTEM('backup.restore')}</p>
      </section>
    </div>
  );
}
