/** Owns what is told of a camera whichever restreamer carries it: the same for each, on its stand-in and on the real one. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RestreamerUnderTest } from './under-test.ts';

export function restreamerContract(name: string, open: () => Promise<RestreamerUnderTest>): void {
  describe(`a camera behind ${name}`, () => {
    let under: RestreamerUnderTest;

    beforeEach(async () => {
      under = await open();
      await under.until(() => under.seen.facts().pending === null);
    });
    afterEach(() => under?.close());

    const last = (count: number) => under.seen.events().slice(-count);

    async function watched(): Promise<() => Promise<void>> {
      const leave = await under.watch();
      await under.until(() => under.seen.facts().readers.size === 1);
      return leave;
    }

    it('that nobody watches is idle: not ready, nothing wrong, and nothing is told', async () => {
      await under.pass();
      expect(under.seen.facts()).toMatchObject({ ready: false, reason: null });
      expect([under.seen.events(), under.seen.turns(), under.seen.sourceTurns()]).toEqual([[], [], []]);
    });

    it('is demanded, ready and read when somebody comes, and all that ends when he leaves', async () => {
      const leave = await watched();
      expect(under.seen.events()).toEqual(['demand', 'ready', 'read']);
      expect(under.seen.facts()).toMatchObject({ ready: true, online: true, reason: null });
      await leave();
      await under.until(() => under.seen.events().length === 6);
      expect(last(3)).toEqual(['unread', 'notReady', 'unDemand']);
      await under.pass();
      expect(under.seen.facts()).toMatchObject({ ready: false, reason: null });
      expect([under.seen.events().length, under.seen.turns()]).toEqual([6, []]);
    });

    it('that is killed while it is watched is down, with the cause, once; and is there again when it is', async () => {
      await watched();
      await under.source.kill();
      await under.until(() => under.seen.turns().length > 0);
      expect(under.seen.turns()).toEqual(['offline refused']);
      expect(under.seen.events().slice(3, 5)).toEqual(['unread', 'notReady']);
      await under.pass();
      expect(under.seen.facts()).toMatchObject({ ready: false, online: false, reason: 'refused' });
      expect(under.seen.turns()).toHaveLength(1);
      await under.source.revive();
      await under.until(() => under.seen.turns().length > 1);
      expect(under.seen.turns()).toEqual(['offline refused', 'online refused']);
    });

    it('that is killed while nobody watches is found to be down', async () => {
      // In the middle of a look it would be broken.
      await under.until(() => under.seen.facts().online === true);
      await under.source.kill();
      await under.until(() => under.seen.turns().length > 0);
      expect(under.seen.turns()).toEqual(['offline refused']);
      expect(under.seen.events()).toEqual([]);
    });

    it('that freezes is down, and no event says that it was ever better before it is', async () => {
      await watched();
      under.source.freeze();
      await under.until(() => under.seen.turns().length > 0);
      expect(['offline stalled', 'offline silent', 'offline no-feed']).toContain(under.seen.turns()[0]);
      await under.source.revive();
      const leave = await under.watch();
      await under.until(() => under.seen.facts().ready && under.seen.turns().length === 2);
      await leave();
    });

    it('is unknown and not down when the restreamer is gone, which is one event of its own, as is its end', async () => {
      await under.server.stop();
      await under.until(() => under.seen.sourceTurns().length > 0);
      const reason = `${under.name}-unreachable`;
      expect(under.seen.sourceTurns()).toEqual([`offline ${reason} 1`]);
      expect(under.seen.facts()).toMatchObject({ online: null, reason });
      await under.server.start();
      await under.until(() => under.seen.sourceTurns().length > 1);
      expect(under.seen.sourceTurns()[1]).toBe(`online ${reason} 1`);
      await under.until(() => under.seen.facts().reason === null);
      expect(under.seen.turns()).toEqual([]);
    });

    it('that was watched through a restart is told to have gone and come back', async () => {
      const leave = await watched();
      await under.pass();
      await under.server.stop();
      await under.server.start();
      await leave().catch(() => undefined);
      const again = await watched();
      await under.until(() => under.seen.events().filter((event) => event === 'ready').length === 2);
      const told = under.seen.events().filter((event) => event === 'ready' || event === 'notReady');
      expect(told).toEqual(['ready', 'notReady', 'ready']);
      await again();
    });

    it('has a neighbour that is no camera: it may become one, and nothing is told of it', async () => {
      await under.until(() => under.seen.adoptable().length > 0);
      expect(under.seen.adoptable()).toEqual([under.stranger]);
      expect(under.seen.events()).toEqual([]);
    });
  });
}
