/**
 * Real cameras behind real restreamers, with faults by chance: runs for FAULTS_SECONDS where MEDIAMTX_BIN is set, with GO2RTC_BIN beside
 * it. What was told is compared with what really happened, all the time and afterwards. Time is real.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mosquittoIsMissing } from '../support/brokers/mosquitto.ts';
import { hasRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { hasProgram } from '../support/programs.ts';
import { chanceFrom } from './chance.ts';
import { createComparison } from './comparing.ts';
import { createHearing } from './hearing.ts';
import { openHouse } from './house.ts';
import { createStrikes, pause } from './strikes.ts';
import { keepTruth } from './truth.ts';

const mediaMtx = process.env['MEDIAMTX_BIN'] || undefined;
const go2Rtc = process.env['GO2RTC_BIN'] || undefined;
const seconds = Number(process.env['FAULTS_SECONDS'] ?? 0);
const seed = Number(process.env['FAULTS_SEED'] ?? 1);
/** A folder for what happened and what was told, to read afterwards. */
const folder = process.env['FAULTS_FOLDER'] || undefined;

const isWanted = mediaMtx !== undefined && seconds > 0;
if (!isWanted) process.stdout.write('skipped: MEDIAMTX_BIN and FAULTS_SECONDS are not set\n');
const canRun = isWanted && !mosquittoIsMissing && hasRtspCamera() && hasProgram('ffmpeg') && hasProgram('wget');

const STEP_MS = 1000;
const BEGINNING_MS = 30_000;
/** After the last fault, until all that is so must have been told. */
const CALM_MS = 75_000;
const timeout = 2 * seconds * 1000 + 600_000;

it.runIf(canRun)('what is told of cameras is what really happened to them', { timeout }, async () => {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const truth = keepTruth(folder && join(folder, 'happened.log'));
  const chance = chanceFrom(seed);
  const hearing = createHearing();
  const programs = { mediaMtx: mediaMtx ?? '', go2Rtc };
  const house = await openHouse({ programs, truth, chance, brokerIsUp: hearing.join, brokerGoes: hearing.leave });
  const comparison = createComparison(house, hearing, truth);
  const strikes = createStrikes(house, chance);

  async function compareFor(ms: number, meanwhile: () => void = () => undefined): Promise<void> {
    for (const endMs = Date.now() + ms; Date.now() < endMs; meanwhile()) {
      await pause(STEP_MS);
      comparison.now();
    }
  }

  try {
    await compareFor(BEGINNING_MS);
    await compareFor(seconds * 1000, strikes.tick);
    await strikes.over();
    // Some are broken, and stay so.
    for (const [index, camera] of house.cameras.entries()) {
      if (index % 2 === 0) await camera.become(chance.oneOf(camera.conditions));
    }
    await compareFor(CALM_MS);
    const faults = await comparison.afterwards();
    process.stdout.write(
      `faults: seed ${seed}, ${seconds} s: ${strikes.summary()}, ${hearing.heard().length} events\n`,
    );
    expect(faults).toEqual([]);
  } finally {
    truth.note(house.log());
    await house.close();
  }
});
