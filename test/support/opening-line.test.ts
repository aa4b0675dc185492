/** Pins what a test run says before it begins. */

import { expect, it } from 'vitest';
import { openingLines } from './opening-line.ts';

const all = { MEDIAMTX_BIN: 'a', GO2RTC_BIN: 'b', FAULTS_SECONDS: '60', OTHER_NODE_RED: 'c' };

it('where everything is there, a run of all suites says how long it takes', () => {
  expect(openingLines(true, () => true, all)).toEqual([expect.stringContaining('about ten minutes')]);
});

it('what is skipped is told with its reason: a program that is absent, a variable that is not set', () => {
  const [, ...skipped] = openingLines(true, (program) => program !== 'chromium', { ...all, GO2RTC_BIN: '' });
  expect(skipped).toEqual([
    'skipped: the pages, and the editor of Node-RED, since chromium is not installed',
    'skipped: a real go2rtc, since GO2RTC_BIN is not set',
  ]);
});

it('the quick suites say what is not among them, and miss no program', () => {
  expect(openingLines(false, () => false, {}).join('\n')).toMatch(/minute and a half.*\n.*browsers/);
});
