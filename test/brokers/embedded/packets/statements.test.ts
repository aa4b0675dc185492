/** Pins that no statement of the two specifications was forgotten: each has rows in the tables, or a reason why it cannot. */

import { describe, expect, it } from 'vitest';
import type { Row } from './row.ts';
import { MQTT_3_1_1, MQTT_5 } from './statements.ts';
import { TABLES } from './tables.ts';

const ROWS: readonly Row[] = Object.values(TABLES).flat();

describe.each([
  ['MQTT 5.0', '5', MQTT_5],
  ['MQTT 3.1.1', '4', MQTT_3_1_1],
])('%s', (_name, prefix, { counts, elsewhere, withoutOpposite }) => {
  const all = Object.entries(counts).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}-${index + 1}`),
  );
  const without = Object.values(elsewhere).flatMap(words);
  const shown = all.filter((statement) => !without.includes(statement));
  const rowsOf = (statement: string) => ROWS.filter(({ clauses }) => clauses.includes(`${prefix}/${statement}`));

  it.each(shown)('[MQTT-%s] has bytes that are right and bytes that are wrong', (statement) => {
    const verdicts = rowsOf(statement).map(({ verdict }) => ('accepted' in verdict ? 'right' : 'wrong'));
    expect(verdicts).toContain('right');
    if (!words(withoutOpposite).includes(statement)) expect(verdicts).toContain('wrong');
  });

  it('gives no reason for the absence of what is there, or does not exist, and none twice', () => {
    expect(without.filter((statement) => rowsOf(statement).length > 0)).toEqual([]);
    expect(without.filter((statement) => !all.includes(statement))).toEqual([]);
    expect(new Set(without).size).toBe(without.length);
  });

  it('has no row for a statement that does not exist', () => {
    const named = ROWS.flatMap(({ clauses }) => clauses)
      .filter((clause) => clause.startsWith(`${prefix}/`) && clause.includes('-'))
      .map((clause) => clause.slice(2));
    expect(named.filter((statement) => !all.includes(statement))).toEqual([]);
  });
});

function words(text: string): string[] {
  return text.split(/\s+/);
}
