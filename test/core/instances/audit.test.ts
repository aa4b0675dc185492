/** Pins the line that everything which is done to an instance leaves: who, from where, what, and never a password. */

import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { DOWN, fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { ANNA, BERT, newSetting, PLAIN } from '../../support/instances/world.ts';

const FROM = { address: '192.0.2.7', requestId: 'r1' };
const caller = { ...ANNA, ...FROM };
const root = { user: { ...BERT.user, role: 'admin' }, reach: 'everybody', ...FROM } as const;
const COMMON = { by: 'anna', owner: ANNA.user.ownerId, ...FROM };

async function setting() {
  const made = await newSetting();
  const { id, user } = await made.instances.create(caller, PLAIN);
  const lines = () =>
    made.log.lines.flatMap(({ level, message, fields }) => ('audit' in fields ? [{ level, message, ...fields }] : []));
  return { ...made, id, user, lines, last: () => lines().at(-1) };
}

describe('a line is left by', () => {
  it('a creation', async () => {
    const { last, id } = await setting();
    expect(last()).toMatchObject({
      ...{ level: 'info', audit: 'instances.create', instances: [id], ...COMMON },
      message: 'an MQTT instance was created',
    });
  });

  it('a change, with what was changed and no value', async () => {
    const { instances, last, id } = await setting();
    await instances.update(caller, id, { label: 'porch', enabled: false });
    expect(last()).toMatchObject({ audit: 'instances.update', changed: ['label', 'enabled'], ...COMMON });
    expect(JSON.stringify(last())).not.toContain('porch');
  });

  it('a rotation, with how long the old password counts', async () => {
    const { instances, last, id, passwordOf, lines } = await setting();
    const before = passwordOf(id);
    await instances.rotate(caller, id, 60);
    expect(last()).toMatchObject({ audit: 'instances.rotate', overlapSeconds: 60 });
    for (const password of [before, passwordOf(id)]) expect(JSON.stringify(lines())).not.toContain(password);
  });

  it('sending its clients away, with how many there were', async () => {
    const { instances, last, id } = await setting();
    const kicked = await instances.disconnect(caller, id);
    expect(last()).toMatchObject({ audit: 'instances.disconnect', kicked });
  });

  it('a removal, with the receipt', async () => {
    const { instances, last, id } = await setting();
    await instances.remove(caller, id);
    expect(last()).toMatchObject({ audit: 'instances.remove', receipt: { kicked: 2, retainedPurged: 'unknown' } });
  });

  it('reading passwords: quietly where they are the own ones, aloud where they are not', async () => {
    const { instances, last, id } = await setting();
    instances.revealPasswords(caller, [instances.read(caller, id)]);
    expect(last()).toMatchObject({ level: 'debug', audit: 'instances.read-secret' });
    instances.revealPasswords(root, [instances.read(root, id)]);
    expect(last()).toMatchObject({
      level: 'info',
      audit: 'instances.read-secret',
      by: 'bert',
      owner: ANNA.user.ownerId,
    });
  });

  it('nothing that came to nothing', async () => {
    const { instances, lines, id, broker } = await setting();
    const before = lines().length;
    broker.failWith('provision', DOWN);
    await expect(instances.rotate(caller, id, 0)).rejects.toThrow();
    await expect(instances.update(BERT, id, { enabled: false })).rejects.toThrow();
    expect(lines()).toHaveLength(before);
  });
});

describe('what one is', () => {
  it('is told to whoever decides about topics, word for word', async () => {
    const asked: unknown[] = [];
    const judge = (account: object, topic: string) => {
      asked.push([account, topic]);
      return { allowed: true, rule: 'own' };
    };
    const { instances } = await newSetting({ topicRights: { publish: judge, subscribe: judge } });
    const { id, user, generation } = await instances.create(ANNA, PLAIN);
    instances.checkTopic(ANNA, id, 'subscribe', `${user}/#`);
    expect(asked).toEqual([[{ key: `instance:${id}`, kind: 'instance', username: user, generation }, `${user}/#`]]);
  });

  it('stays the same for its connections while only its name changes, and is another with another end', async () => {
    const { instances, id } = await setting();
    const { generation } = instances.read(ANNA, id);
    await instances.update(ANNA, id, { label: 'porch' });
    expect(instances.read(ANNA, id).generation).toBe(generation);
    await instances.update(ANNA, id, { expiresAt: '2027-01-01T00:00:00Z' });
    expect(instances.read(ANNA, id).generation).toBe(generation + 1);
    await instances.update(ANNA, id, { enabled: false });
    expect(instances.read(ANNA, id).generation).toBe(generation + 2);
    await instances.update(ANNA, id, { enabled: true });
    await instances.rotate(ANNA, id, 0);
    expect(instances.read(ANNA, id).generation).toBe(generation + 4);
  });

  it('is a later one, too, after a change that the broker did not take', async () => {
    const { instances, id, broker } = await setting();
    const { generation } = instances.read(ANNA, id);
    broker.failWith('provision', DOWN);
    await expect(instances.rotate(ANNA, id, 0)).rejects.toThrow();
    expect(instances.read(ANNA, id).generation).toBe(generation + 2);
  });
});

it('a broker that knows one password at a time refuses an overlap, and says where', async () => {
  const { instances } = await newSetting({}, fakeProvisioner({ passwordOverlap: false }));
  const { id } = await instances.create(ANNA, PLAIN);
  const error = await instances.rotate(ANNA, id, 60).catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) throw new Error('it was not refused');
  expect(error).toMatchObject({
    code: 'invalid_payload',
    message: '"payload.overlap_seconds" must be 0: the broker of this instance knows one password at a time',
    details: [{ path: ['payload', 'overlap_seconds'], type: 'any.capability' }],
  });
  expect((await instances.rotate(ANNA, id, 0)).former).toBeNull();
});

it('one that could not be removed yet can be removed again, under the same condition, and by nobody who does not meet it', async () => {
  const { instances, id, broker } = await setting();
  broker.failWith('deprovision', DOWN);
  await expect(instances.remove(ANNA, id)).rejects.toThrow();
  expect(instances.read(ANNA, id).status).toBe('deleting');
  const { generation } = instances.read(ANNA, id);
  broker.failWith('deprovision');
  const stale = () => {
    throw new ApiError('invalid_payload');
  };
  await expect(instances.remove(ANNA, id, stale)).rejects.toThrow();
  const met: number[] = [];
  await instances.remove(ANNA, id, (record) => met.push(record.generation));
  expect(met).toEqual([generation]);
});
