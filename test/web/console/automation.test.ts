/** Pins the automation that is pasted into Home Assistant: whole, for this camera, and with nothing of its name at work in it. */

import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { automationFor } from '../../../src/web/console/views/camera/automation.ts';

const NAME = `Gate "A" {{ states('x') }}\n: - &`;
const ABOUT = { id: 7, baseTopic: 'home/cams' };

it('an automation is good YAML, hears this camera alone, and takes its name from the event', () => {
  const automation = parse(automationFor(ABOUT, NAME));
  expect(automation.alias).toBe(NAME);
  expect(automation.triggers).toEqual([
    { trigger: 'mqtt', topic: 'home/cams/events/camera/7/offline', id: 'down' },
    { trigger: 'mqtt', topic: 'home/cams/events/camera/7/online', id: 'back' },
  ]);
  const { alias: _, ...rest } = automation;
  expect(JSON.stringify(rest)).not.toContain('states(');
});
