import { describe, expect, it } from 'vitest';
import { createRoomGate } from '../../../nodes/runtime/event/room.ts';

/** A gate to the porch; `tell` is the answer to who is where. */
function setting() {
  let rooms: ReadonlyMap<number, string> | undefined;
  const waiting: (() => void)[] = [];
  const gate = createRoomGate(
    {
      roomOf: (id) => rooms && (rooms.get(id) ?? null),
      load: () => new Promise((resolve) => waiting.push(resolve)),
    },
    'Porch',
  );
  const passed: number[] = [];
  const pass = (id: number | null, name = Number(id)) => gate.pass(id, () => passed.push(name));
  const tell = async (known: Readonly<Record<number, string>> | undefined) => {
    rooms = known && new Map(Object.entries(known).map(([id, room]) => [Number(id), room]));
    for (const resolve of waiting.splice(0)) resolve();
    await Promise.resolve();
  };
  return { gate, pass, passed, tell };
}

describe('the news of a room', () => {
  it('passes in its order when the room of the camera is known, and no other does', async () => {
    const { pass, passed, tell } = setting();
    pass(2, 20);
    pass(1, 10);
    pass(2, 21);
    pass(null);
    expect(passed).toEqual([]);
    await tell({ 1: 'Hall', 2: 'Porch' });
    expect(passed).toEqual([20, 21]);
    pass(2, 22);
    pass(1);
    pass(3);
    expect(passed).toEqual([20, 21, 22]);
  });

  it('waits on where the answer was lost with the connection', async () => {
    const { pass, passed, tell } = setting();
    pass(2);
    await tell(undefined);
    expect(passed).toEqual([]);
    await tell({ 2: 'Porch' });
    expect(passed).toEqual([2]);
  });

  it('is nothing any more once the node is closed', async () => {
    const { gate, pass, passed, tell } = setting();
    pass(2);
    gate.close();
    await tell({ 2: 'Porch' });
    expect(passed).toEqual([]);
  });
});
