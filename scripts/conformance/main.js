// Checks a running service against the contract of the instance API: one line per check, exit 1 when one fails.
//   npm run conformance -- http://127.0.0.1:2000 --email admin --password ... [--published-only]
// It needs an account with room for two instances and for at most 30, and removes what it creates.
import { parseArgs } from 'node:util';
import { additionChecks } from './additions.js';
import { createApi } from './api.js';
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
for (const [name, check] of Object.entries(checks)) {
  try {
    await check(api, context);
    console.log(`ok      ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${name}\n        ${error.message.replaceAll('\n', '\n        ')}`);
  }
}
await api.cleanUp();
console.log(`${Object.keys(checks).length - failures} of ${Object.keys(checks).length} checks passed`);
process.exitCode = failures === 0 ? 0 : 1;
