/** Pins what happens when the broker of a followed NestMTX goes and comes back, and when NestMTX does not let us in. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RUN_FILE } from '../../src/system/run-file.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { type Following, startFollowing } from './following.ts';

let following: Following;

afterEach(() => following.stop());

describe('a broker that loses everything', () => {
  it('is told every state and the availability again, as they are then', async () => {
    following = await startFollowing((upstream) => {
      upstream.setCamera({ id: 1, mtx_path: 'door', stream_ready: true });
      upstream.setCamera({ id: 2 });
    });
    await eventually(() => following.states().size === 2, 'both states');
    const { upstream, clock } = following;
    await upstream.stop();
    const { httpUrl } = following.service;
    await eventually(() => following.service.log().includes('NestMTX does not answer'), 'the loss is noticed');
    const refused = await requestOverHttp(httpUrl, { command: 'list', module: 'health' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    upstream.setCamera({ id: 2, mtx_path: 'yard', stream_ready: true });
    await upstream.start();
    const late = await connectClient({ url: upstream.url });
    await late.subscribe('nestmtx/#');
    const last = (topic: string) => late.received.findLast((message) => message.topic === topic)?.text;
    await eventually(() => {
      clock.advance(500);
      return last('nestmtx/availability') === 'online' && last('nestmtx/state/camera/2')?.includes('"ready":true');
    }, 'camera 2 is ready');
    expect(JSON.parse(last('nestmtx/state/camera/1') ?? '')).toMatchObject({ ready: true, reason: null });
    await late.end();
  });
});

describe('a NestMTX that is silent from the start', () => {
  it('is never announced as online, and what is remembered of its cameras is covered after the grace', async () => {
    following = await startFollowing((upstream) => upstream.setCamera({ id: 1, mtx_path: 'door', stream_ready: true }));
    await eventually(() => following.states().get(1)?.['ready'] === true, 'the camera is ready');
    following.upstream.silence(true);
    const before = following.witness.received.length;
    const asked = following.upstream.requests.length;
    await following.restartService();
    await eventually(() => following.upstream.requests.length > asked, 'NestMTX is asked');
    await eventually(() => following.service.log().includes('"ready"'), 'the service is up');
    following.clock.advance(5000);
    await following.pass(30_000);
    await eventually(() => following.states().get(1)?.['reason'] === 'nestmtx-unreachable', 'the reason');
    const said = following.witness.received.slice(before).filter(({ topic }) => topic === 'nestmtx/availability');
    expect(new Set(said.map(({ text }) => text))).toEqual(new Set(['offline']));
  });
});

describe('a NestMTX that does not take the configured user', () => {
  const user = { FOLLOW_USERNAME: 'later', FOLLOW_PASSWORD: 'the password of later' };
  const logins = () =>
    following.upstream.requests.filter((request) => Reflect.get(Object(request), 'module') === 'auth').length;
  /** Answers come in order: after this one the service has that to its login. */
  const health = () => requestOverHttp(following.service.httpUrl, { command: 'list', module: 'health' });

  it('is asked ever more rarely, told once in the log, and the cameras are there as soon as it does', async () => {
    following = await startFollowing((upstream) => upstream.setCamera({ id: 1 }), undefined, user);
    const complaints = () => following.service.log().split('cannot be read').length - 1;
    await eventually(() => complaints() === 1, 'the complaint');
    await following.untilAsked('auth', 60_000);
    await eventually(() => following.availability() === 'online', 'online all the same');
    expect(await health()).toMatchObject({ value: { healthy: 'degraded', details: { login: { healthy: null } } } });
    const asked = logins();
    await following.pass(60_000);
    await health();
    expect(logins()).toBe(asked);
    following.upstream.addUser(user.FOLLOW_USERNAME, user.FOLLOW_PASSWORD);
    await following.untilAsked('cameras', 60_000);
    await eventually(() => following.states().has(1), 'the camera');
    expect(await health()).toMatchObject({ value: { healthy: 'healthy' } });
    expect(complaints()).toBe(1);
    expect(following.service.log()).toContain('can be read again');
    expect(following.service.log()).not.toContain(user.FOLLOW_PASSWORD);
  });

  it('leaves what its events tell, and says in every state that nobody can look', async () => {
    following = await startFollowing((upstream) => upstream.setCamera({ id: 1, mtx_path: 'door', stream_ready: true }));
    await eventually(() => following.states().get(1)?.['ready'] === true, 'the camera');
    const bridge = [...following.upstream.users.values()].find(({ username }) => username === 'bridge');
    const password = bridge?.password ?? '';
    if (bridge) bridge.password = 'another one';
    following.upstream.dropTokens();
    const state = () => following.states().get(1);
    await following.untilAsked('auth', 60_000);
    await eventually(() => state()?.['reason'] === 'nestmtx-login', 'the reason');
    expect(state()).toMatchObject({ ready: true, path: 'door' });
    await following.upstream.emit('camera', 'notReady', 1);
    await eventually(() => {
      following.clock.advance(0);
      return state()?.['ready'] === false;
    }, 'the event');
    await eventually(() => state()?.['reason'] === 'nestmtx-login', 'the reason stays');
    if (bridge) bridge.password = password;
    await following.untilAsked('cameras', 60_000);
    await eventually(() => state()?.['reason'] === null, 'the reason goes');
    expect(following.events().filter((topic) => topic.endsWith('otReady'))).toHaveLength(2);
  });

  it('is not asked for a token where there is one from before', async () => {
    following = await startFollowing((upstream) => upstream.setCamera({ id: 1 }));
    await eventually(() => following.states().has(1), 'the camera');
    expect(logins()).toBe(1);
    following.upstream.setCamera({ id: 2 });
    await following.restartService();
    await eventually(() => following.states().has(2), 'the second camera');
    expect(logins()).toBe(1);
    const { dataDir } = following.service;
    const stored = (
      await Promise.all(
        (await readdir(dataDir)).filter((name) => name !== RUN_FILE).map((name) => readFile(join(dataDir, name))),
      )
    ).join('');
    expect(stored).not.toContain('oat_');
  });

  it('and has forgotten the token gets the name and the password again', async () => {
    following = await startFollowing((upstream) => upstream.setCamera({ id: 1 }));
    await eventually(() => following.states().has(1), 'the camera');
    following.upstream.dropTokens();
    following.upstream.setCamera({ id: 2 });
    await following.untilAsked('auth', 60_000);
    await eventually(() => following.states().has(2), 'the second camera');
  });
});

it('an outage changes `since` of those cameras alone that were ready before', async () => {
  following = await startFollowing((upstream) => {
    upstream.setCamera({ id: 1, mtx_path: 'door', stream_ready: true });
    upstream.setCamera({ id: 2 });
  });
  await eventually(() => following.states().get(1)?.['ready'] === true, 'the camera');
  expect(following.states().get(2)).toMatchObject({ since: null });
  following.upstream.silence(true);
  await following.untilAsked('health', 30_000);
  await following.pass(5000);
  await eventually(() => following.availability() === 'offline', 'offline');
  await following.pass(30_000);
  await eventually(() => following.states().get(2)?.['reason'] === 'nestmtx-unreachable', 'the reason');
  const at = new Date(following.clock.now()).toISOString();
  expect(following.states().get(1)).toMatchObject({ ready: false, since: at });
  expect(following.states().get(2)).toMatchObject({ ready: false, since: null });
});
