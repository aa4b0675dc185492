/** What is said in one go leaves in few pieces, and comes out as it was said: all of it, in its order, to whoever it was for. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBatches, readBatch } from '../../src/cluster/exchange/batches.ts';

interface Sent {
  readonly channel: string;
  readonly batch: Uint8Array;
}

function network() {
  const sent: Sent[] = [];
  const due: (() => void)[] = [];
  const batches = createBatches(
    (channel, batch) => void sent.push({ channel, batch }),
    (callback) => void due.push(callback),
  );
  return { batches, sent, due, goOn: () => due.splice(0).map((callback) => callback()) };
}

function heardOn(channel: string, sent: readonly Sent[]): string[] {
  const heard: string[] = [];
  for (const one of sent) {
    if (one.channel === channel) readBatch(one.batch, (bytes) => heard.push(Buffer.from(bytes).toString('latin1')));
  }
  return heard;
}

const LARGE = 40_000;

describe('what bridges say to one another', () => {
  it('is heard as it was said, whatever else is said and sent between', () => {
    const said = fc.record({
      channel: fc.constantFrom('a', 'b'),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(20_000, LARGE).map((n) => new Uint8Array(n)),
      ),
    });
    const step = fc.oneof(
      { weight: 5, arbitrary: said },
      { weight: 1, arbitrary: fc.constantFrom('goes on' as const, 'is sent' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { batches, sent, goOn } = network();
        const expected: Record<string, string[]> = { a: [], b: [] };
        for (const one of steps) {
          if (one === 'goes on') goOn();
          else if (one === 'is sent') batches.flush();
          else {
            batches.add(one.channel, one.bytes);
            expected[one.channel]?.push(Buffer.from(one.bytes).toString('latin1'));
          }
        }
        goOn();
        for (const channel of ['a', 'b']) expect(heardOn(channel, sent)).toEqual(expected[channel]);
      }),
    );
  });

  it('leaves in one piece for each channel when all is said, and is not asked for twice', () => {
    const { batches, sent, due, goOn } = network();
    for (const text of ['one', 'two', 'three']) batches.add('a', Buffer.from(text));
    batches.add('b', Buffer.from('other'));
    expect([sent.length, due.length]).toEqual([0, 1]);
    goOn();
    expect(sent.map(({ channel }) => channel)).toEqual(['a', 'b']);
    expect(heardOn('a', sent)).toEqual(['one', 'two', 'three']);
  });

  it('leaves before the piece is too large for the network, and what is too large alone goes alone', () => {
    const { batches, sent, goOn } = network();
    for (let i = 0; i < 10; i += 1) batches.add('a', new Uint8Array(10_000));
    batches.add('a', new Uint8Array(LARGE));
    batches.add('a', Buffer.from('behind'));
    goOn();
    expect(Math.max(...sent.map(({ batch }) => batch.length))).toBe(LARGE + 4);
    expect(sent.length).toBe(6);
    expect(heardOn('a', sent).at(-1)).toBe('behind');
  });

  it('that ends in the middle is refused, behind what could be read', () => {
    const { batches, sent, goOn } = network();
    batches.add('a', Buffer.from('whole'));
    batches.add('a', Buffer.from('torn'));
    goOn();
    const [{ batch } = { batch: new Uint8Array() }] = sent;
    for (const end of [batch.length - 1, batch.length - 5]) {
      const heard: string[] = [];
      const read = () => readBatch(batch.subarray(0, end), (bytes) => heard.push(Buffer.from(bytes).toString()));
      expect(read).toThrow('in the middle of a message');
      expect(heard).toEqual(['whole']);
    }
  });
});
