/** Pins whose an answer is (N-08, N-08a): of the account that asked, whoever else has guessed its id, and never on a topic that the service speaks on. */

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { freshId, login, request } from '../../support/api/mqtt.ts';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

const MALLORY = { username: 'mallory', password: 'another password' };

let service: Service;
let admin: TestClient;
let mallory: TestClient;
let token: string;

beforeAll(async () => {
  service = await startService({ env: { EVENT_TOPICS: 'plain' } });
  const first = await service.client();
  token = await login(first, ADMIN.username, ADMIN.password);
  await request(first, { command: 'create', module: 'users', token, payload: { ...MALLORY, can_login: true } });
  await first.end();
});

beforeEach(async () => {
  [admin, mallory] = await Promise.all([service.client(), service.client(MALLORY)]);
  return async () => {
    await Promise.all([admin.end(), mallory.end()]);
  };
});

afterAll(() => service.stop());

/** Whatever the service has sent until now has come. */
async function settled(client: TestClient): Promise<void> {
  await request(client, { command: 'list', module: 'version' });
}

const loginAs = (requestId: string, payload: object) =>
  JSON.stringify({ command: 'create', module: 'auth', requestId, payload });

it('a token is told to the account that has logged in, though another waits under the same id', async () => {
  const id = freshId();
  for (const client of [admin, mallory]) await client.subscribe(`nestmtx/responses/${id}`, { qos: 1 });
  await admin.publish('nestmtx/requests', loginAs(id, ADMIN));
  expect((await admin.next(`nestmtx/responses/${id}`)).text).toContain('bearer');
  await settled(mallory);
  expect(mallory.received.map(({ text }) => text).filter((text) => text.includes('oat_'))).toEqual([]);
});

it('an administrator with a wildcard sees answers to its own requests, and those of nobody else', async () => {
  await admin.subscribe('nestmtx/responses/#');
  const id = freshId();
  await mallory.subscribe(`nestmtx/responses/${id}`);
  await mallory.publish('nestmtx/requests', loginAs(id, MALLORY));
  await mallory.next(`nestmtx/responses/${id}`);
  await settled(admin);
  expect(admin.received.map(({ topic }) => topic)).not.toContain(`nestmtx/responses/${id}`);
});

it('nobody is given the session of somebody who asks under the same id at the same time', async () => {
  const id = freshId();
  await admin.subscribe(`nestmtx/responses/${id}`);
  await mallory.subscribe(`nestmtx/responses/${id}`);
  await mallory.publish('nestmtx/requests', loginAs(id, MALLORY));
  await admin.publish('nestmtx/requests', loginAs(id, ADMIN));
  const { text } = await admin.next(`nestmtx/responses/${id}`);
  const { user, error } = JSON.parse(text);
  // Whether the first was answered by then is a matter of luck; whose answer it is, is not.
  expect(user?.username ?? error.code).toBe(error === undefined ? ADMIN.username : 'request_id_in_use');
});

it.each([
  'nestmtx/events/camera/1/notReady',
  'nestmtx/stream/camera/ready',
  'nestmtx/state/camera/1',
  'nestmtx/availability',
  'nestmtx/failures',
])('an answer is not sent to %s, whoever wants it there', async (responseTopic) => {
  for (const asker of [admin, mallory]) {
    const witness = await service.client();
    await witness.subscribe(['nestmtx/events/#', 'nestmtx/stream/#', 'nestmtx/state/#', 'nestmtx/failures']);
    const id = freshId();
    await asker.subscribe([`nestmtx/responses/${id}`, responseTopic]);
    const body = JSON.stringify({ command: 'list', module: 'version', requestId: id });
    await asker.publish('nestmtx/requests', body, { properties: { responseTopic } });
    await asker.next(`nestmtx/responses/${id}`);
    await settled(witness);
    const where = [...asker.received, ...witness.received].map(({ topic }) => topic);
    expect(where.filter((topic) => topic === responseTopic && topic !== 'nestmtx/availability')).toEqual([]);
    await witness.end();
  }
});

it('an administrator may have it sent where only its own connections see it', async () => {
  const [other, id] = [await service.client(), freshId()];
  for (const client of [admin, other, mallory]) await client.subscribe([`nestmtx/responses/${id}`, 'my/answers']);
  const body = JSON.stringify({ command: 'list', module: 'version', requestId: id });
  await admin.publish('nestmtx/requests', body, { properties: { responseTopic: 'my/answers' } });
  expect((await admin.next('my/answers')).text).toContain('release');
  expect((await other.next('my/answers')).text).toContain('release');
  await other.end();
});
