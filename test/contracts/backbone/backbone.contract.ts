/** Owns what clients may count on, whether one broker serves their account or several do: it is the same. */

import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { controlCases } from './control.cases.ts';
import { keptCases } from './kept.cases.ts';
import { liveCases } from './live.cases.ts';
import { retainedCases } from './retained.cases.ts';
import { openScene } from './scene.ts';
import { sharedCases } from './shared.cases.ts';
import type { BrokersUnderTest, Scene } from './under-test.ts';

export function backboneContract(name: string, open: () => Promise<BrokersUnderTest>): void {
  describe(name, () => {
    let opened: BrokersUnderTest;
    let scene: Scene;

    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => {
      scene = openScene(opened);
    });
    afterEach(() => scene.end());
    afterAll(() => opened?.cleanup());

    describe('live messages', () => liveCases(() => scene));
    describe('retained messages', () => retainedCases(() => scene));
    describe('groups of shared subscriptions', () => sharedCases(() => scene));
    describe('kept sessions', () => keptCases(() => scene));
    describe('one client id, and who is sent away', () => controlCases(() => scene));
  });
}
