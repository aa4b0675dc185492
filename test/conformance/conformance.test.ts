/** Runs the conformance suite of the instance API, as anyone would, against a service of ours. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ADMIN, startService } from '../support/service.ts';

const SUITE = fileURLToPath(new URL('../../scripts/conformance/main.js', import.meta.url));
const run = promisify(execFile);

it('our service conforms to the contract of the instance API', async () => {
  const service = await startService();
  try {
    const login = ['--email', ADMIN.username, '--password', ADMIN.password];
    const { stdout } = await run(process.execPath, [SUITE, service.httpUrl, ...login]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).not.toContain('FAILED');
    expect(stdout).toMatch(/(\d+) of \1 checks passed/);
  } finally {
    await service.stop();
  }
});

it('what a large plan does not let it try is skipped, and no failure', async () => {
  const service = await startService({ env: { INSTANCE_LIMIT: '40' } });
  try {
    const login = ['--email', ADMIN.username, '--password', ADMIN.password];
    const { stdout } = await run(process.execPath, [SUITE, service.httpUrl, ...login]);
    expect(stdout).toContain(
      'skipped create: 403 when the plan has none left, and never one too many\n        this account has room for more than 30 instances\n',
    );
    expect(stdout).toMatch(/(\d+) of \1 checks passed, 1 skipped\n$/);
  } finally {
    await service.stop();
  }
});

it('a service that does not conform fails the suite', async () => {
  const service = await startService({ env: { INSTANCE_LIMIT: '0' } });
  try {
    const login = ['--email', ADMIN.username, '--password', ADMIN.password];
    await expect(run(process.execPath, [SUITE, service.httpUrl, ...login])).rejects.toMatchObject({ code: 1 });
  } finally {
    await service.stop();
  }
});
