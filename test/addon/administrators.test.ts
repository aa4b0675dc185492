/** Pins who of Home Assistant's users is taken for an administrator: whom Core calls one, and nobody on another's word. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Administrators, askCoreForAdministrators } from '../../addon/administrators.ts';
import type { CoreUser } from '../support/app/fake-core.ts';
import { type FakeSupervisor, SUPERVISOR_TOKEN, startFakeSupervisor } from '../support/app/fake-supervisor.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

let supervisor: FakeSupervisor;
let clock: ManualClock;
let log: ReturnType<typeof recordingLog>;
let administrators: Administrators;

function user(id: string, facts: Partial<CoreUser> = {}): CoreUser {
  return { id, is_owner: false, is_active: true, group_ids: ['system-users'], ...facts };
}
const open = (token = SUPERVISOR_TOKEN) =>
  askCoreForAdministrators({ supervisor: { url: supervisor.url, token }, clock, log });

beforeEach(async () => {
  supervisor = await startFakeSupervisor();
  clock = manualClock();
  log = recordingLog();
  administrators = open();
  supervisor.core.users = [
    user('owner', { is_owner: true, group_ids: [] }),
    user('admin', { group_ids: ['system-admin'] }),
    user('former', { is_owner: true, group_ids: ['system-admin'], is_active: false }),
    user('guest'),
  ];
});
afterEach(() => supervisor.close());

it('is the owner and whoever is in the group, while they are active, and nobody else', async () => {
  const ids = ['owner', 'admin', 'former', 'guest', 'stranger'];
  expect(await Promise.all(ids.map((id) => administrators.includes(id)))).toEqual([true, true, false, false, false]);
  expect(supervisor.core.asked).toBe(1);
});

it('is asked for again after a minute', async () => {
  expect(await administrators.includes('admin')).toBe(true);
  supervisor.core.users = [user('admin')];
  clock.advance(59_999);
  expect(await administrators.includes('admin')).toBe(true);
  clock.advance(1);
  expect(await administrators.includes('admin')).toBe(false);
});

it('is whom Core named last while Core cannot be asked, for ten minutes, and that is told once', async () => {
  await administrators.includes('admin');
  supervisor.core.users = undefined;
  for (let minute = 1; minute < 10; minute++) {
    clock.advance(60_000);
    expect(await administrators.includes('admin')).toBe(true);
  }
  clock.advance(60_000);
  expect(await administrators.includes('admin')).toBe(false);
  expect(log.visible()).toEqual(['warn: Home Assistant does not tell who is an administrator there, asking on']);
});

it('is nobody where Supervisor lets us not ask, and Core is left alone for a while then', async () => {
  const refused = open('a token of somebody else');
  expect(await refused.includes('owner')).toBe(false);
  expect(await refused.includes('owner')).toBe(false);
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toContain('a token of somebody else');
});

it('is nobody where nothing answers', async () => {
  await supervisor.close();
  expect(await administrators.includes('owner')).toBe(false);
  supervisor = await startFakeSupervisor();
});
