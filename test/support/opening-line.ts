/** Owns the first lines of a test run: how long it takes, and what of it is skipped here, and why. */

import type { Reporter, TestSpecification } from 'vitest/node';
import { isInstalled, PROGRAMS, type Program } from './programs.ts';

/** What is tried only where a variable says with what. */
const VARIABLES = {
  MEDIAMTX_BIN: 'a real MediaMTX',
  GO2RTC_BIN: 'a real go2rtc',
  FAULTS_SECONDS: 'real cameras that fail by chance',
  OTHER_NODE_RED: 'another Node-RED',
};

/** Whoever runs a few files knows which. */
const WHOLE_RUN = 100;

export default class OpeningLine implements Reporter {
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    if (specifications.length < WHOLE_RUN) return;
    const projects = new Set(specifications.map(({ project }) => project.name));
    const lines = openingLines(projects.has('slow'), isInstalled, process.env);
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

/** @param isWhole whether suites are in it that start programs, or take long */
export function openingLines(
  isWhole: boolean,
  isThere: (program: Program) => boolean,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  if (!isWhole) {
    return [
      'The quick suites: about a minute and a half on two quiet cores, longer on busy ones.',
      'Not among them: whatever starts browsers, brokers, Node-RED or images, or takes long by itself (npm test).',
    ];
  }
  const absent = names(PROGRAMS).filter((program) => !isThere(program));
  const unset = names(VARIABLES).filter((variable) => !env[variable]);
  return [
    'All suites: about ten minutes on two quiet cores, longer on busy ones; nothing is measured against a clock.',
    ...absent.map((program) => `skipped: ${PROGRAMS[program]}, since ${program} is not installed`),
    ...unset.map((variable) => `skipped: ${VARIABLES[variable]}, since ${variable} is not set`),
  ];
}

function names<Words extends object>(words: Words): (keyof Words & string)[] {
  return Object.keys(words).filter((name): name is keyof Words & string => name in words);
}
