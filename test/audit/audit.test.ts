/** `npm run audit`: what it finds in a lock file, and that ours has nothing of it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'audit-'));
afterAll(() => rmSync(dir, { recursive: true }));

function audit(...paths: string[]) {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/audit/main.js', ...paths], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

function lockWith(packages: object): string {
  const path = join(dir, 'lock.json');
  writeFileSync(path, JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'x' }, ...packages } }));
  return path;
}

describe('the audit', () => {
  it('finds nothing in our lock file, and says of what day its list is', () => {
    const { status, lines } = audit();
    expect(lines.at(-1)).toMatch(/^0 found among \d+ advisories as of \d{4}-\d\d-\d\d$/);
    expect(status).toBe(0);
  });

  it('has a source for every range', () => {
    const list: { vulns: { id: string; database_specific: { ranges_from: string } }[] } = JSON.parse(
      readFileSync(join(root, 'scripts/audit/advisories.json'), 'utf8'),
    );
    for (const { id, database_specific } of list.vulns)
      expect([id, database_specific.ranges_from]).toEqual([id, expect.stringMatching(/^(https:|npm audit$)/)]);
  });

  it('finds a package of the first version that an advisory is about up to the last one before the cure, wherever it lies', () => {
    const packages = {
      'node_modules/ws': { version: '8.17.0' },
      'node_modules/a/node_modules/ws': { version: '7.0.0', dev: true },
      'node_modules/b/node_modules/ws': { version: '8.17.1' },
      'node_modules/c/node_modules/ws': { version: '2.0.0' },
      'node_modules/renamed': { name: 'cookie', version: '0.6.0' },
      'node_modules/@scope/ws': { version: '8.0.0' },
      'node_modules/linked': { link: true },
    };
    const { status, lines } = audit(lockWith(packages));
    expect(status).toBe(1);
    expect(lines.filter((line) => line.startsWith('GHSA-3h5v-q93c-6h6q')).map((line) => line.split(':')[1])).toEqual([
      ' ws 8.17.0 (node_modules/ws)',
      ' ws 7.0.0 (node_modules/a/node_modules/ws, for development only)',
    ]);
    expect(lines.some((line) => line.includes('cookie 0.6.0'))).toBe(true);
    expect(lines.at(-1)).toMatch(/^4 found/);
  });

  it('reads the other forms that an advisory may have', () => {
    const of = { ecosystem: 'npm', name: 'left' };
    const vuln = (more: object) => ({ id: 'X', summary: 's', affected: [{ package: of, ...more }] });
    const list = join(dir, 'list.json');
    const event = { introduced: '1.0.0' };
    const cases = [
      [vuln({ versions: ['1.2.3'] }), '1.2.3', 1],
      [vuln({ versions: ['1.2.3'] }), '1.2.4', 0],
      [vuln({ ranges: [{ type: 'SEMVER', events: [event, { last_affected: '1.5.0' }] }] }), '1.5.0', 1],
      [vuln({ ranges: [{ type: 'SEMVER', events: [event, { last_affected: '1.5.0' }] }] }), '1.5.1', 0],
      [vuln({ ranges: [{ type: 'SEMVER', events: [event] }] }), '9.0.0', 1],
      [vuln({ ranges: [{ type: 'SEMVER', events: [event, { fixed: '2.0.0' }] }] }), '2.0.0-beta.1', 1],
    ] as const;
    for (const [advisory, version, status] of cases) {
      writeFileSync(list, JSON.stringify({ as_of: '2026-11-30', vulns: [advisory] }));
      expect(audit(lockWith({ 'node_modules/left': { version } }), list).status, version).toBe(status);
    }
  });

  it('is part of CI', () => {
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain('npm run --silent audit');
  });
});
