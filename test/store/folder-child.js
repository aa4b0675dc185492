// Opens a store and commits without haste, printing the number of each commit that was acknowledged; prints why it could not.
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [module, dir, first] = process.argv.slice(2);
const { openStore } = await import(pathToFileURL(module).href);
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: (_, message) => writeSync(1, `${message}\n`) };
const STORM = { name: 'storm', unique: {} };
const lockTiming = { answerEveryMs: 50, patienceMs: 1500 };

try {
  const store = await openStore({ dir, log, collections: [STORM], slackBytes: 20_000, lockTiming });
  for (let number = Number(first); ; number += 1) {
    await store.commit((tx) => tx.collection(STORM).put({ id: String(number) }));
    writeSync(1, `${number}\n`);
    await sleep(5);
  }
} catch (error) {
  writeSync(1, `${error.message}\n`);
  process.exitCode = 3;
}
