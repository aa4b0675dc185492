/** Owns the fields of a camera's source: those that its kind has, and no others. */

import { SelectField, TextField } from '../../parts/forms/field.tsx';
import type { FaultOf } from '../../parts/forms/form.tsx';
import type { SourceDraft } from './draft.ts';
import { CAMERA_WORDS } from './words.ts';

const PULLED = ['rtsp', 'rtmp', 'hls', 'srt', 'udp', 'whep'];
const TYPES = ['publisher', ...PULLED, 'go2rtc'] as const;

interface Props {
  readonly source: SourceDraft;
  readonly set: (source: SourceDraft) => void;
  readonly faultOf: FaultOf;
}

export function SourceFields({ source, set, faultOf }: Props) {
  const change = (changed: Partial<SourceDraft>) => set({ ...source, ...changed });
  if (source.type === 'google') return null;
  return (
    <fieldset>
      <legend>{CAMERA_WORDS('source')}</legend>
      <SelectField
        label={CAMERA_WORDS('source.type')}
        value={source.type}
        onChange={(type) => change({ type })}
        options={TYPES.map((type) => [type, typeText(type)])}
      />
      {PULLED.includes(source.type) && (
        <TextField
          label={CAMERA_WORDS('source.url')}
          hint={CAMERA_WORDS('source.url.hint')}
          type="url"
          autocomplete="off"
          value={source.url}
          fault={faultOf('source', 'url')}
          onInput={(url) => change({ url })}
        />
      )}
      {source.type === 'go2rtc' && (
        <TextField
          label={CAMERA_WORDS('source.stream')}
          value={source.stream}
          fault={faultOf('source', 'stream')}
          onInput={(stream) => change({ stream })}
        />
      )}
      {source.type === 'rtsp' && (
        <SelectField
          label={CAMERA_WORDS('source.transport')}
          value={source.transport}
          onChange={(transport) => change({ transport })}
          options={[
            ['', CAMERA_WORDS('source.transport.default')],
            ['automatic', CAMERA_WORDS('source.transport.automatic')],
            ['tcp', 'TCP'],
            ['udp', 'UDP'],
            ['multicast', 'Multicast'],
          ]}
        />
      )}
      {PULLED.includes(source.type) && (
        <TextField
          label={CAMERA_WORDS('source.fingerprint')}
          hint={CAMERA_WORDS('source.fingerprint.hint')}
          value={source.fingerprint}
          fault={faultOf('source', 'fingerprint')}
          onInput={(fingerprint) => change({ fingerprint })}
        />
      )}
    </fieldset>
  );
}

function typeText(type: string): string {
  const key = `type.${type}`;
  return CAMERA_WORDS.knows(key) ? CAMERA_WORDS(key) : type;
}
