import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeError } from '../../../nodes/runtime/node-error.ts';
import { type Kind, readValues } from '../../../nodes/runtime/values.ts';
import { DOORS } from './doors.ts';

const SOURCES = fileURLToPath(new URL('../../../nodes/', import.meta.url));
/** Those are Node-RED's, or the editor's alone. */
const NOT_OURS = ['name', 'version', 'outputs', 'names'];

/** Of a block such as `defaults` in the source of a dialog. */
function keysIn(source: string, block: string): string[] {
  const [, inside = ''] = new RegExp(`\\n  ${block}: \\{\\n(.*?)\\n  \\},`, 's').exec(source) ?? [];
  return [...inside.matchAll(/^ {4}(\w+): /gm)].map(([, key]) => String(key));
}

const sorted = (names: readonly string[]) => names.toSorted((a, b) => a.localeCompare(b));

describe('every node', () => {
  it('has a door', () => {
    const types = readdirSync(SOURCES).filter((name) => existsSync(`${SOURCES}${name}/form.html`));
    expect(sorted(Object.keys(DOORS))).toEqual(sorted(types));
  });

  it.each(Object.entries(DOORS))('%s is told nothing by its dialog that does not come in by it', (type, door) => {
    const source = readFileSync(`${SOURCES}${type}/dialog.editor.ts`, 'utf8');
    const fields = keysIn(source, 'defaults').filter((key) => !NOT_OURS.includes(key));
    const read = Object.keys(door.fields).filter((key) => !NOT_OURS.includes(key));
    expect(sorted(read)).toEqual(sorted(fields));
    expect(sorted(Object.keys(door.secrets))).toEqual(sorted(keysIn(source, 'credentials')));
  });
});

const FIELDS = Object.entries(DOORS).flatMap(([type, { fields, secrets }]) =>
  Object.entries({ ...fields, ...secrets }).map(([name, kind]) => [`${type} ${name}`, name, kind] as const),
);

/** As the dialog of the event node has them, with a variable in any place. */
const place = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constantFrom(undefined, '5 min', '${' + 'NAME}', {}));
const row = fc.record({ name: place, after: place, afterAlarm: place }, { requiredKeys: [] });

/** What a variable of Node-RED can be, and more. */
const variable = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(undefined, null, '', ' ', 'true', 'false', '0', '1', '5', '${' + 'NAME}', '__proto__', Number.NaN),
  fc.object(),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
  fc.array(row),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

function isOfKind(value: unknown, { absent }: Kind<unknown>): boolean {
  if (Array.isArray(absent))
    return Array.isArray(value) && value.every((each) => typeof (each.name ?? each) === 'string');
  return typeof value === typeof absent && !Number.isNaN(value);
}

describe('whatever a variable holds', () => {
  it.each(FIELDS)('%s is what its node was written for, or an error names it', (_which, name, kind) => {
    fc.assert(
      fc.property(variable, (given) => {
        try {
          const value = readValues({ [name]: kind }, { [name]: given })[name];
          expect([value, isOfKind(value, kind)]).toEqual([value, true]);
        } catch (error) {
          if (!(error instanceof NodeError)) throw error;
          expect(error).toMatchObject({ code: 'invalid_setting', field: name });
          expect(error.message).toContain(`“${name}”`);
        }
      }),
    );
  });

  it('an error never shows it: it may be a password', () => {
    const { login } = DOORS['nestmtx-server']?.fields ?? {};
    if (!login) throw new Error('there is no such field');
    expect(() => readValues({ login }, { login: 'correct-horse' })).toThrow(
      'the setting “login” must be one of broker, password, token, none, not this text',
    );
  });

  it('a variable that nobody has set is named, wherever it stands', () => {
    const { entity, events } = DOORS['nestmtx-event']?.fields ?? {};
    if (!entity || !events) throw new Error('there are no such fields');
    const variable = '${' + 'NAME}';
    for (const given of [{ entity: variable }, { events: [variable] }, { events: [{ name: variable, after: '' }] }]) {
      expect(() => readValues({ entity, events }, given)).toThrow('is the variable NAME, which is not set');
    }
  });

  it('a number and a truth are texts where a text is wanted, and a text is one of them where they are', () => {
    const { entity, holdSeconds, split, events } = DOORS['nestmtx-event']?.fields ?? {};
    if (!entity || !holdSeconds || !split || !events) throw new Error('there are no such fields');
    const kinds = { entity, holdSeconds, split, events };
    const given = { entity: 1, holdSeconds: '5', split: 'true', events: ['ready', 7, { name: 8, after: 5 }] };
    const rows = ['ready', '7', { name: '8', after: '5', afterAlarm: false }];
    expect(readValues(kinds, given)).toEqual({ entity: '1', holdSeconds: 5, split: true, events: rows });
  });
});
