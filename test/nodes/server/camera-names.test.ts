import { describe, expect, it } from 'vitest';
import { createOutbox, type Named } from '../../../nodes/runtime/event/outbox.ts';
import type { Circumstances, Told } from '../../../nodes/runtime/event/stream.ts';
import { createCameraNames } from '../../../nodes/runtime/server/camera-names.ts';
import { silentLog } from '../../../src/client/environment.ts';
import type { EventHandler } from '../../../src/client/events.ts';

/** Names with a server that answers when it is told to; `happen` is an event of a camera. */
function setting({ hasLogin = true } = {}) {
  const asked: { answer(cameras: unknown[]): void; refuse(): void }[] = [];
  const handlers = new Map<string, EventHandler>();
  const list = () =>
    new Promise<unknown[]>((resolve, reject) => {
      asked.push({ answer: resolve, refuse: () => reject(new Error('no')) });
    });
  const names = createCameraNames({
    client: {
      events: ({ event = '' }, handler) => {
        handlers.set(event, handler);
        return { active: async () => undefined, close: () => void handlers.delete(event) };
      },
    },
    list: hasLogin ? list : undefined,
    log: silentLog,
  });
  const happen = (event: string, entity: number, details: Readonly<Record<string, unknown>> = {}) =>
    handlers.get(event)?.({ domain: 'camera', event, entity, details, at: '', topic: '', retained: false });
  return { names, asked, handlers, happen };
}

const HALL = { id: 1, name: 'Hall' };

describe('the names of cameras', () => {
  it('are asked for once, however many want them, and not before', async () => {
    const { names, asked, handlers } = setting();
    expect([names.of(1), asked.length, handlers.size]).toEqual([undefined, 0, 0]);
    const both = Promise.all([names.load(), names.load()]);
    asked[0]?.answer([HALL, { id: 2 }, 'nonsense']);
    await both;
    await names.load();
    expect([names.of(1), names.of(2), names.of(3), asked.length]).toEqual(['Hall', null, null, 1]);
  });

  it('follow what events say, also while the list is under way', async () => {
    const { names, asked, happen } = setting();
    const loaded = names.load();
    happen('updated', 1, { name: 'Porch' });
    asked[0]?.answer([HALL]);
    await loaded;
    expect(names.of(1)).toBe('Porch');
    happen('created', 2, { name: 'Garden' });
    happen('removed', 1);
    names.learn(3, 'Yard');
    names.learn(3, undefined);
    expect([names.of(1), names.of(2), names.of(3)]).toEqual([null, 'Garden', 'Yard']);
  });

  it('are null where nobody may ask, and where the server refuses', async () => {
    const open = setting({ hasLogin: false });
    await open.names.load();
    const refused = setting();
    const loaded = refused.names.load();
    refused.asked[0]?.refuse();
    await loaded;
    expect([open.names.of(1), open.handlers.size, refused.names.of(1)]).toEqual([null, 0, null]);
  });

  it('are asked for anew after a lost connection, and the old answer counts no more', async () => {
    const { names, asked } = setting();
    const old = names.load();
    names.forget();
    const young = names.load();
    asked[0]?.answer([{ id: 1, name: 'Before' }]);
    await old;
    expect(names.of(1)).toBeUndefined();
    asked[1]?.answer([HALL]);
    await young;
    expect(names.of(1)).toBe('Hall');
  });

  it('come with the rooms, and those of a camera that was changed are asked for anew', async () => {
    const { names, asked, happen } = setting();
    expect([names.roomOf(1), names.countIn('Porch')]).toEqual([undefined, undefined]);
    const loaded = names.load();
    asked[0]?.answer([
      { ...HALL, room: 'Porch' },
      { id: 2, room: 'Porch' },
    ]);
    await loaded;
    expect([names.roomOf(1), names.roomOf(2), names.roomOf(3), names.countIn('Porch')]).toEqual([
      'Porch',
      'Porch',
      null,
      2,
    ]);
    happen('updated', 1, { name: 'Hall' });
    expect(names.roomOf(1)).toBeUndefined();
    const again = names.load();
    asked[1]?.answer([{ ...HALL, room: 'Cellar' }]);
    await again;
    expect([names.roomOf(1), names.countIn('Porch')]).toEqual(['Cellar', 0]);
    happen('removed', 1);
    expect(names.countIn('Cellar')).toBe(0);
  });

  it('are let go of with the events that kept them', async () => {
    const { names, handlers } = setting();
    void names.load();
    names.close();
    expect([handlers.size, names.of(1)]).toEqual([0, undefined]);
  });
});

describe('what an event node sends', () => {
  function told(id: number, name: string | null | undefined): Told & Circumstances {
    const event = { domain: 'camera', entity: id, name: 'ready', at: '' };
    const circumstances = { state: null, outage: null, isQuiet: false };
    return {
      position: 0,
      event,
      camera: { id, name, path: null },
      payload: {},
      topic: '',
      isRetained: true,
      ...circumstances,
    };
  }

  function outboxOf(names: ReturnType<typeof setting>['names']) {
    const sent: Named[] = [];
    const outbox = createOutbox(names, (message) => sent.push(message));
    return { outbox, sent: () => sent.map(({ camera }) => [camera?.id, camera?.name]) };
  }

  it('is not overtaken while it waits for a name', async () => {
    const { names, asked } = setting();
    const { outbox, sent } = outboxOf(names);
    outbox.tell(told(1, undefined));
    outbox.tell(told(2, 'Garden'));
    outbox.tell({ ...told(3, null), camera: null });
    expect(sent()).toEqual([]);
    asked[0]?.answer([HALL]);
    await names.load();
    expect(sent()).toEqual([
      [1, 'Hall'],
      [2, 'Garden'],
      [undefined, undefined],
    ]);
    outbox.tell(told(1, undefined));
    expect(sent()).toHaveLength(4);
  });

  it('is sent at once where it has a name, or says that there is none', () => {
    const { names, asked } = setting();
    const { outbox, sent } = outboxOf(names);
    outbox.tell(told(1, 'Hall'));
    outbox.tell(told(2, null));
    expect([sent(), asked.length]).toEqual([
      [
        [1, 'Hall'],
        [2, null],
      ],
      0,
    ]);
  });

  it('is nothing any more once the node is closed', async () => {
    const { names, asked } = setting();
    const { outbox, sent } = outboxOf(names);
    outbox.tell(told(1, undefined));
    outbox.close();
    asked[0]?.answer([HALL]);
    await names.load();
    expect(sent()).toEqual([]);
  });
});
