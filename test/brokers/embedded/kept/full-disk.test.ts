/** Pins what clients notice of a disk that is full or slow: only what must be kept waits for it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kept } from '../../../../src/brokers/embedded/kept/open-kept.ts';
import type { Clock } from '../../../../src/core/ports.ts';
import { CrashDisk } from '../../../store/crash-disk.ts';
import { startTestBroker, type TestBroker } from '../../../support/brokers/embedded.ts';
import { comesTrue } from '../../../support/patience.ts';
import { systemClock } from '../../../support/system-clock.ts';
import { contentOf, openOn } from './on-disk.ts';

/** Tries again at once. */
const hastyClock: Clock = { ...systemClock, after: (ms, callback) => systemClock.after(ms / 100, callback) };
const full = ({ name }: { name: string }) => {
  if (name === 'write') throw new Error('ENOSPC: no space left on device');
};

describe.each([4, 5] as const)('over protocol version %i', (version) => {
  const stays = { version, clean: false, ...(version === 5 && { properties: { sessionExpiryInterval: 3600 } }) };
  const publish = { cmd: 'publish', qos: 1, dup: false, retain: false } as const;
  let disk: CrashDisk;
  let kept: Kept;
  let test: TestBroker;

  beforeEach(async () => {
    disk = new CrashDisk();
    kept = await openOn(disk, { clock: hastyClock });
    test = await startTestBroker({ kept });
    const away = await test.client('root', { ...stays, clientId: 'away' });
    await away.subscribe('kept/#', { qos: 2 });
    await away.end();
  });
  afterEach(() => test.stop());

  it('on a full one a message that a session must keep is acknowledged when it is kept, and not before', async () => {
    const raw = await test.raw('root', { version, clientId: 'sender' });
    await raw.next('connack');
    disk.before = full;
    raw.send({ ...publish, topic: 'kept/1', payload: 'one', messageId: 1 });
    raw.send({ ...publish, topic: 'kept/2', payload: 'two', qos: 2, messageId: 2 });
    raw.send({ ...publish, topic: 'nobody/keeps/it', payload: 'three', messageId: 3 }, { cmd: 'pingreq' });
    await raw.next('pingresp');
    await comesTrue(() => expect(test.broker.fault ?? '').toContain('ENOSPC'));
    // In the order of the messages: so the third has to wait, too.
    expect(raw.received.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp']);
    disk.before = () => undefined;
    expect(await raw.next('puback')).toMatchObject({ messageId: 1 });
    expect(await raw.next('pubrec')).toMatchObject({ messageId: 2 });
    expect(await raw.next('puback')).toMatchObject({ messageId: 3 });
    expect(test.broker.fault).toBeNull();
    const { state } = await openOn(disk.after('power cut'));
    expect(contentOf(state).sessions.find(({ clientId }) => clientId === 'away')?.owed).toEqual(['one', 'two']);
  });

  it('on a full one all others go on: they subscribe, publish and are delivered to', async () => {
    disk.before = full;
    const sender = await test.client('root', { version });
    await sender.publish('retained/0', 'x', { qos: 0, retain: true });
    await comesTrue(() => expect(test.broker.fault).not.toBeNull());
    const reader = await test.client('root', { ...stays, clientId: 'reader' });
    expect(await reader.subscribe('q/#', { qos: 2 })).toEqual([2]);
    await sender.publish('q/0', 'zero', { qos: 0 });
    expect((await reader.next('q/0')).text).toBe('zero');
    // It waits for its acknowledgement, and not its reader for it.
    void sender.publish('q/1', 'one', { qos: 1 }).catch(() => undefined);
    expect((await reader.next('q/1')).text).toBe('one');
    void sender.publish('q/2', 'two', { qos: 2 }).catch(() => undefined);
    expect((await reader.next('q/2')).text).toBe('two');
    const clean = await test.client('root', { version });
    await clean.subscribe('clean/#');
    await clean.publish('clean/1', 'through', { qos: 1 });
    expect((await clean.next('clean/1')).text).toBe('through');
  });

  it('with a slow one a client that sends much is slowed down, and not sent away', async () => {
    let pause = Promise.resolve();
    disk.before = ({ name }) => (name === 'sync' ? pause : undefined);
    let goOn = (): void => undefined;
    pause = new Promise((resolve) => {
      goOn = resolve;
    });
    const raw = await test.raw('root', { version, clientId: 'sender' });
    await raw.next('connack');
    // MQTT 5 tells how many may be unanswered; before it, nobody knows.
    const count = version === 5 ? 900 : 3000;
    const messages = Array.from({ length: count }, (_, index) => index + 1);
    raw.send(...messages.map((messageId) => ({ ...publish, topic: 'kept/1', payload: `${messageId}`, messageId })));
    const most = Math.min(count, 1000);
    await comesTrue(() => expect(kept.keeper.notes).toBeGreaterThan(most));
    const other = await test.client('root', { version });
    await other.subscribe('q');
    // Enough turns for all that was sent.
    for (let turn = 0; turn < 20; turn += 1) {
      await other.publish('q', 'still here', { qos: 1 });
      await other.next('q');
    }
    expect(kept.keeper.notes).toBeLessThan(most + 100);
    goOn();
    for (const messageId of messages) expect(await raw.next('puback')).toMatchObject({ messageId });
  });
});
