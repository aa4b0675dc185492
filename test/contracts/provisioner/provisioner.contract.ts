/** Owns what every Provisioner must do, whatever broker it provisions; what one cannot do it must say. */

import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { driftCases } from './drift.cases.ts';
import { isolationCases } from './isolation.cases.ts';
import { loginCases } from './logins.cases.ts';
import { removalCases } from './removal.cases.ts';
import { openRental, type Rental } from './rental.ts';
import type { ProvisionerUnderTest } from './under-test.ts';

export function provisionerContract(name: string, open: () => Promise<ProvisionerUnderTest>): void {
  describe(`${name} as a Provisioner`, () => {
    let opened: ProvisionerUnderTest;
    let rental: Rental;

    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => {
      rental = openRental(opened);
    });
    afterEach(() => rental.end());
    afterAll(() => opened.cleanup());

    describe('logins', () => loginCases(() => rental));
    describe('isolation', () => isolationCases(() => rental));
    describe('removal', () => removalCases(() => rental));
    describe('drift', () => driftCases(() => rental));
  });
}
