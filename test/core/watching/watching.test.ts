/** Pins who watches what through us: whose stream it is, when it ends, and how many there are. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { UserRecord } from '../../../src/core/accounts/records.ts';
import type { Session } from '../../../src/core/accounts/sessions.ts';
import { type Bus, createBus } from '../../../src/core/bus.ts';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Store } from '../../../src/core/store.ts';
import { createWatching, type Watching } from '../../../src/core/watching/watching.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { camera } from '../outages/setting.ts';

const OFFER = 'v=0\r\n';
let store: Store;
let bus: Bus;
let watching: Watching;
let revoke: (accountKey: string) => void;
let live: Set<string>;
/** Answers of the server whose streams are open. */
let open: Set<string>;
let held: Promise<void> | undefined;

beforeEach(async () => {
  store = memoryStore(COLLECTIONS);
  bus = createBus(recordingLog());
  live = new Set(['anna', 'ben', 'root']);
  open = new Set();
  held = undefined;
  let last = 0;
  const server = {
    iceServers: async () => [{ urls: ['stun:stun.example'] }],
    open: async () => {
      await held;
      last += 1;
      const answer = `answer ${last}`;
      open.add(answer);
      return { answer, end: async () => void open.delete(answer) };
    },
  };
  watching = createWatching({
    store,
    bus,
    sessions: { isLive: (tokenId) => live.has(tokenId) },
    secrets: { newUuid: () => `id ${last}` },
    serverOf: ({ id }) => (id === '2' ? undefined : server),
    onRevoked(listener) {
      revoke = listener;
      return () => undefined;
    },
  });
  await store.commit((tx) => {
    for (const id of ['1', '2', '3']) tx.collection(CAMERAS).put(camera(id));
    tx.collection(CAMERAS).put({ ...camera('4'), isEnabled: false });
  });
});

const session = (tokenId: string, id = tokenId, role: UserRecord['role'] = 'user'): Session => ({
  tokenId,
  user: { ...{ id, role, username: id, passwordHash: '', canLogin: true, generation: 1 }, ownerId: '', createdAt: '' },
});
const ANNA = session('anna');
const why = (doing: Promise<unknown>) =>
  doing.then(
    () => 'done',
    (error) => error.details[0]?.type ?? error.code,
  );
const changed = async (id: string, change: object) => {
  await store.commit((tx) => tx.collection(CAMERAS).put({ ...camera(id), ...change }));
  bus.emit('event', { domain: 'camera', event: 'updated', entity: Number(id), details: {}, at: '' });
};

describe('a stream', () => {
  it('is opened for a camera in use that something serves, and says why not else', async () => {
    expect(await watching.open(ANNA, '1', OFFER)).toEqual({ id: 'id 1', answer: 'answer 1' });
    expect(await watching.iceServers('1')).toEqual([{ urls: ['stun:stun.example'] }]);
    expect(await why(watching.open(ANNA, '2', OFFER))).toBe('stream.no_server');
    expect(await why(watching.open(ANNA, '4', OFFER))).toBe('stream.disabled');
    expect(await why(watching.iceServers('4'))).toBe('stream.disabled');
    for (const id of ['9', 'x', '1e0', '']) expect(await why(watching.open(ANNA, id, OFFER))).toBe('not_found');
  });

  it('is ended by whose it is, or an administrator, once', async () => {
    const [one, other] = [await watching.open(ANNA, '1', OFFER), await watching.open(ANNA, '1', OFFER)];
    expect(await why(watching.end(session('ben'), one.id))).toBe('not_found');
    expect(open.size).toBe(2);
    await watching.end(ANNA, one.id);
    expect([...open]).toEqual([other.answer]);
    expect(await why(watching.end(ANNA, one.id))).toBe('not_found');
    await watching.end(session('root', 'root', 'admin'), other.id);
    expect(open.size).toBe(0);
  });

  it('ends with the token it was opened with, and with no other', async () => {
    await watching.open(ANNA, '1', OFFER);
    await watching.open(session('ben'), '1', OFFER);
    revoke('user:anna');
    expect(open.size).toBe(2);
    live.delete('anna');
    revoke('user:ben');
    expect(open.size).toBe(2);
    revoke('user:anna');
    expect([...open]).toEqual(['answer 2']);
  });

  it('ends when its camera is switched off, given another path or removed, not when it gets another name', async () => {
    for (const id of ['1', '3', '3']) await watching.open(ANNA, id, OFFER);
    await changed('3', { name: 'Attic' });
    expect(open.size).toBe(3);
    await changed('1', { isEnabled: false });
    expect(open.size).toBe(2);
    await changed('3', { mtxPath: 'other' });
    expect(open.size).toBe(0);
    await watching.open(ANNA, '3', OFFER);
    await store.commit((tx) => tx.collection(CAMERAS).delete('3'));
    bus.emit('event', { domain: 'camera', event: 'removed', entity: 3, details: {}, at: '' });
    expect(open.size).toBe(0);
  });

  it('is not had by whoever has lost the right, or the camera, while it was opened', async () => {
    const opened = async (meanwhile: () => unknown) => {
      let release = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      const opening = why(watching.open(ANNA, '1', OFFER));
      await meanwhile();
      release();
      return opening;
    };
    expect(await opened(() => changed('1', { isEnabled: false }))).toBe('stream.disabled');
    await changed('1', {});
    expect(await opened(() => live.delete('anna'))).toBe('stream.disabled');
    expect(open.size).toBe(0);
  });

  it('is one of 32 that a user has: the oldest goes', async () => {
    await watching.open(session('ben'), '1', OFFER);
    for (let count = 0; count < 33; count += 1) await watching.open(ANNA, '1', OFFER);
    expect(open.size).toBe(33);
    expect(open.has('answer 2')).toBe(false);
    expect(open.has('answer 1')).toBe(true);
  });

  it('ends with the service', async () => {
    await watching.open(ANNA, '1', OFFER);
    await watching.close();
    expect(open.size).toBe(0);
  });
});
