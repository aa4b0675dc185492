// Checks a running service against the contract of the instance API: one line per check, exit 1 when one fails.
//   npm run conformance -- http://127.0.0.1:2000 --email admin --password ... [--published-only]
// It needs an account with room for two instances, removes what it creates, and skips what the plan of the account does not let it try.
import { parseArgs } from 'node:util';
import { additionChecks } from './additions.js';
import { CannotBeTried, createApi } from './api.js';
import { loginChecks, publishedChecks } from './published.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    email: { type: 'string', default: 'admin' },
    password: { type: 'string', default: '' },
    'published-only': { type: 'boolean', default: false },
  },
});
const [baseUrl] = positionals;
if (baseUrl === undefined || values.password === '') {
  console.error('usage: npm run conformance -- <base URL> --email <name> --password <password> [--published-only]');
  process.exit(2);
}

const api = createApi(baseUrl);
const context = { email: values.email, password: values.password, state: {} };
const checks = { ...loginChecks, ...publishedChecks, ...(values['published-only'] ? {} : additionChecks) };
let failures = 0;
let skipped = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check(api, context);
    console.log(`ok      ${name}`);
  } catch (error) {
    if (error instanceof CannotBeTried) {
      skipped += 1;
      console.log(`skipped ${name}\n        ${error.message}`);
      continue;
    }
    failures += 1;
    console.log(`FAILED  ${name}\n        ${error.message.replaceAll('\n', '\n        ')}`);
  }
}
await api.cleanUp();
const tried = Object.keys(checks).length - skipped;
console.log(`${tried - failures} of ${tried} checks passed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failures === 0 ? 0 : 1;
