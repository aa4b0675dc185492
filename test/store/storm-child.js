// Commits without pause and prints the number of each commit that was acknowledged, until it is killed.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [module, dir, firstNumber] = process.argv.slice(2);
const { openStore } = await import(pathToFileURL(module).href);
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
const STORM = { name: 'storm', unique: {} };

const store = await openStore({ dir, log, collections: [STORM], slackBytes: 20_000 });
let number = Number(firstNumber);
const end = number + 20_000;
const lane = async () => {
  while (number < end) {
    const id = String(number++);
    await store.commit((tx) => {
      tx.collection(STORM).put({ id, filling: 'x'.repeat(100) });
      // Leaves the compactions something to drop.
      tx.collection(STORM).put({ id: 'last', number: id });
    });
    writeSync(1, `${id}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, lane));
