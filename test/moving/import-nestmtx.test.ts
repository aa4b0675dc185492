/** Pins moving in from a NestMTX: what comes, with which ids, that a second time changes nothing, and what is refused aloud. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMoving } from '../../src/app/offline/moving.ts';
import { USERS } from '../../src/core/accounts/records.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { CREDENTIALS, openPart } from '../../src/core/google/credentials.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type CommandLine, commandLine } from '../cli/command-line.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startService } from '../support/service.ts';
import { systemClock } from '../support/system-clock.ts';
import { startUpstreamHttp, type UpstreamHttp } from '../support/upstream/http.ts';

const APP_KEY = 'the key of a NestMTX, 32 characters';
const REFRESH = { access_token: 'ya29.old', refresh_token: '1//refresh', scope: 'sdm', expiry_date: 1 };

let cli: CommandLine;
let nest: UpstreamHttp;

beforeEach(async () => {
  cli = await commandLine();
  cli.program = {
    ...cli.program,
    openMoving: (isLook) => openMoving(cli.program.loadConfig(), { log: recordingLog(), clock: systemClock, isLook }),
  };
  cli.piped = 'nestmtx\n';
  nest = await startUpstreamHttp(APP_KEY);
  nest.addUser('anna');
  nest.addUser('guest', false);
  nest.addCredentials('House', REFRESH);
  nest.addCredentials('Cabin', null);
  for (const id of [2, 3, 5, 8, 13, 21]) {
    nest.addCamera({
      id,
      name: 'Camera',
      room: `Room ${id}`,
      mtx_path: id === 21 ? null : `camera${id}`,
      is_enabled: id !== 21,
      is_persistent: id === 3,
      credentialId: id < 10 ? 1 : 2,
    });
  }
});

afterEach(async () => {
  await nest.close();
  await cli.remove();
});

const bring = (...more: string[]) => cli.run('import', 'nestmtx', '--from', nest.url, '--app-key', APP_KEY, ...more);

function dying() {
  // Logged in, and users read.
  nest.dieAt(nest.requests.length + 3);
  return bring('--apply');
}

/** Everything that is kept, for comparisons too. */
async function kept() {
  const { dataDir: dir } = cli.program.loadConfig();
  const store = await openStore({ dir, log: recordingLog(), collections: [...COLLECTIONS, CREDENTIALS] });
  const rows = {
    users: [...store.collection(USERS).values()],
    credentials: [...store.collection(CREDENTIALS).values()],
    cameras: [...store.collection(CAMERAS).values()],
  };
  await store.close();
  return rows;
}

describe('import nestmtx', () => {
  it('shows what would come, and changes nothing', async () => {
    const { code, out } = await bring();
    expect(code).toBe(0);
    expect(out).toContain('credentials  2   Cabin    comes  must be authorised at Google');
    expect(out).toContain('Do it with --apply');
    const { users, credentials, cameras } = await kept();
    expect([users.map(({ username }) => username), credentials, cameras]).toEqual([[], [], []]);
  });

  it('brings users, credentials with their tokens, and cameras with ids, uids, paths and flags', async () => {
    const { code, out } = await bring('--apply');
    expect(code).toBe(0);
    const { users, credentials, cameras } = await kept();
    expect(users.map(({ id, username, canLogin }) => [id, username, canLogin])).toEqual([
      ['0', 'system', false],
      ['1', 'nestmtx', true],
      ['2', 'anna', true],
      ['3', 'guest', false],
    ]);
    expect(credentials.map(({ id, description }) => [id, description])).toEqual([
      ['1', 'House'],
      ['2', 'Cabin'],
    ]);
    expect(
      cameras.map(({ id, uid, mtxPath, isEnabled, isPersistent, room, credentialId }) => [
        [id, uid, mtxPath],
        [isEnabled, isPersistent, room, credentialId],
      ]),
    ).toEqual(
      [2, 3, 5, 8, 13, 21].map((id) => [
        [String(id), `enterprises/p/devices/d${id}`, id === 21 ? null : `camera${id}`],
        [id !== 21, id === 3, `Room ${id}`, id < 10 ? 1 : 2],
      ]),
    );
    const secrets = await openSecrets({ dir: cli.program.loadConfig().dataDir });
    const [house] = credentials;
    expect(house && openPart(secrets, '1', 'client', house.sealedClient)).toEqual({
      clientId: '1.apps.googleusercontent.com',
      clientSecret: 'GOCSPX-1',
      dacProjectId: 'project-1',
    });
    expect(house?.sealedTokens && openPart(secrets, '1', 'tokens', house.sealedTokens)).toMatchObject({
      refreshToken: '1//refresh',
    });
    expect(out).toMatch(
      /New passwords, shown this once:\nNAME +PASSWORD\nnestmtx +\w{16}\nanna +\w{16}\nguest +\w{16}/,
    );
  });

  it('a second time changes nothing', async () => {
    await bring('--apply');
    const before = await kept();
    const { code, out } = await bring('--apply');
    expect([code, await kept()]).toEqual([0, before]);
    expect(out).not.toMatch(/comes|PASSWORD/);
  });

  it('then serves them: the users log in, new cameras get new ids, and no other administrator was made', async () => {
    await writeFile(join(cli.dir, 'passwords.json'), JSON.stringify({ anna: 'the password of anna' }));
    await bring('--apply', '--passwords', join(cli.dir, 'passwords.json'));
    const service = await startService({ dataDir: cli.program.loadConfig().dataDir, env: {} });
    const payload = { username: 'anna', password: 'the password of anna' };
    const login = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload });
    const token = login.ok ? String(Object(login.value).bearer) : '';
    const create = { command: 'create', module: 'cameras', payload: { name: 'New' }, token } as const;
    expect(await requestOverHttp(service.httpUrl, create)).toMatchObject({ value: { id: 22 } });
    const users = await requestOverHttp(service.httpUrl, { command: 'list', module: 'users', token });
    expect(users).toMatchObject({ value: { total: 3 } });
    await service.stop();
  });
});

describe('what is refused leaves everything as it was', () => {
  it.each([
    [
      'a wrong key',
      () => bring('--apply', '--app-key', 'another key, of 32 characters or so'),
      /APP_KEY does not open/,
    ],
    ['a wrong password', () => bring('--apply', '--user', 'anna'), /Invalid user credentials/],
    ['a server that dies while it is read', () => dying(), /cannot be reached/],
    [
      'a server that is not there',
      () => bring('--apply', '--from', 'http://127.0.0.1:1'),
      /nothing answers|cannot be reached/,
    ],
  ])('%s', async (_, run, words) => {
    await bring();
    const before = await kept();
    const { code, err } = await run();
    expect([code === 0, await kept()]).toEqual([false, before]);
    expect(err).toMatch(words);
    expect(err).not.toContain(APP_KEY);
    expect(err).not.toContain('log of the service');
  });

  it('an id that another camera has here, until the rest is wanted without it', async () => {
    await bring('--apply');
    nest.addCamera({ id: 30, name: 'Porch', mtx_path: 'camera5' });
    nest.addCamera({ id: 31, name: 'Shed', mtx_path: 'shed', credentialId: 9 });
    nest.addCamera({ id: 2, uid: 'enterprises/p/devices/other', name: 'Other', mtx_path: 'other' });
    nest.addCamera({ id: 32, name: 'Attic', mtx_path: 'attic' });
    const before = await kept();
    const { code, err } = await bring('--apply');
    expect([code, await kept()]).toEqual([1, before]);
    expect(err).toContain('camera Porch: the path camera5 is that of another camera');
    expect(err).toContain('camera Shed: its credentials 9 are not here');
    expect(err).toContain('camera Other: the id 2 is that of Camera here');
    expect((await bring('--apply', '--skip-refused')).code).toBe(0);
    const after = await kept();
    expect(after.cameras.map(({ id }) => id)).toEqual([...before.cameras.map(({ id }) => id), '32']);
  });
});
