/** Pins that docs/broker.md names what the embedded broker tells of itself, and nothing else. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tellFigures } from '../../src/brokers/embedded/service/figures.ts';
import { createTally } from '../../src/brokers/embedded/tally.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const page = readFileSync(new URL('../../docs/broker.md', import.meta.url), 'utf8');

it('the names below $SYS/broker are those that are told', () => {
  const clock = manualClock();
  const { counters } = createTally(clock, recordingLog());
  const figures = { clientsConnected: 0, clientsDisconnected: 0, retainedMessages: 0, subscriptions: 0, counters };
  const told: string[] = [];
  tellFigures({ version: '1', clock, look: () => figures, publish: ({ topic }) => void told.push(topic) })();
  const [, section = ''] = page.split('## What it tells of itself');
  const [paragraph = ''] = section.split('\n## ');
  const named = [...paragraph.matchAll(/`([a-z ]+(?:\/[a-z]+)*)`/g)].map(([, name]) => `$SYS/broker/${name}`);
  expect(new Set(named)).toEqual(new Set(told));
  expect(named).toHaveLength(told.length);
});
