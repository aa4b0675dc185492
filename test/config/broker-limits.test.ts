/** Pins that each limit of the embedded broker is a setting, and that nobody who sets none has others than the broker's own. */

import { expect, it } from 'vitest';
import { limitsWith } from '../../src/brokers/embedded/limits.ts';
import { SETTING_NAMES, SETTINGS } from '../../src/config/schema.ts';
import { load } from './written.ts';

const limitsOf = (env: Record<string, string>) => limitsWith(load({ env }).mqtt.embedded?.limits);

it('the defaults of the settings are those of the broker', () => {
  expect(limitsOf({})).toEqual(limitsWith());
});

it('each setting changes one limit, and no two the same', () => {
  const names = SETTING_NAMES.filter((name) => name.startsWith('BROKER_') && SETTINGS[name].type === 'integer');
  const usual = leavesOf(limitsWith());
  const changed = names.map((name) => {
    const leaves = leavesOf(limitsOf({ [name]: String(Number(SETTINGS[name].default) + 1) }));
    // A burst follows from its rate.
    return [...leaves]
      .filter(([path, value]) => !path.endsWith('Burst') && usual.get(path) !== value)
      .map(([path]) => path);
  });
  expect(changed.filter((paths) => paths.length !== 1)).toEqual([]);
  expect(new Set(changed.flat()).size).toBe(names.length);
});

it('a rate brings its burst, and none of them no limit', () => {
  expect(limitsOf({ BROKER_DELIVERIES_PER_SECOND: '10' }).home).toMatchObject({ workPerSecond: 10, workBurst: 1 });
  expect(limitsOf({ BROKER_TENANT_DELIVERIES_PER_SECOND: '0' }).tenant).toMatchObject({
    workPerSecond: 0,
    workBurst: 0,
  });
});

function leavesOf(node: object, path = ''): Map<string, unknown> {
  return new Map(
    Object.entries(node).flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object' ? [...leavesOf(value, `${path}${key}.`)] : [[path + key, value]],
    ),
  );
}
