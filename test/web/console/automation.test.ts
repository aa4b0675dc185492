/** Pins the automation that is pasted into Home Assistant: whole, for this camera, and with nothing of its name at work in it. */

import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { automationFor } from '../../../src/web/console/views/camera/automation.ts';

const NAME = `Gate "A" {{ states('x') }}\n: - &`;
const ABOUT = { id: 7, baseTopic: 'home/cams', eventTopics: 'both' } as const;

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

it('listens where this service publishes, when that is with the slash alone', () => {
  const { triggers } = parse(automationFor({ ...ABOUT, eventTopics: 'documented' }, NAME));
  expect(triggers[0].topic).toBe('/home/cams/events/camera/7/offline');
});
