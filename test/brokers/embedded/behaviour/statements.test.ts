/** Pins that no statement about behaviour was forgotten: what the tables of packets leave to others has rows here, or a reason why the broker cannot show it. */

import { describe, expect, it } from 'vitest';
import { MQTT_3_1_1, MQTT_5 } from '../packets/statements.ts';
import { NOT_SHOWN_3_1_1, NOT_SHOWN_5 } from './not-shown.ts';
import { TABLES } from './tables.ts';

const NAMED = new Set(
  Object.values(TABLES)
    .flat()
    .flatMap(({ clauses }) => clauses),
);

describe.each([
  ['MQTT 5.0', '5', MQTT_5, NOT_SHOWN_5],
  ['MQTT 3.1.1', '4', MQTT_3_1_1, NOT_SHOWN_3_1_1],
])('%s', (_name, prefix, { counts, elsewhere }, notShown) => {
  const all = Object.entries(counts).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}-${index + 1}`),
  );
  const left = Object.values(elsewhere).flatMap(words);
  const without = Object.values(notShown).flatMap(words);

  it.each(left.filter((statement) => !without.includes(statement)))('[MQTT-%s] is shown by a scene', (statement) => {
    expect(NAMED).toContain(`${prefix}/${statement}`);
  });

  it('gives no reason for the absence of what is there, or was not left to it, and none twice', () => {
    expect(without.filter((statement) => NAMED.has(`${prefix}/${statement}`))).toEqual([]);
    expect(without.filter((statement) => !left.includes(statement))).toEqual([]);
    expect(new Set(without).size).toBe(without.length);
  });

  it('names no statement that does not exist', () => {
    const named = [...NAMED].filter((clause) => clause.startsWith(`${prefix}/`)).map((clause) => clause.slice(2));
    expect(named.filter((statement) => !all.includes(statement))).toEqual([]);
  });
});

function words(text: string): string[] {
  return text.split(/\s+/);
}
