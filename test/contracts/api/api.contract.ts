/** Owns what every transport gives alike: each module and verb, answered, refused as invalid, unauthorised, forbidden or not found (N-50). */

import { afterAll, beforeAll, describe } from 'vitest';
import { accessCases } from './access.cases.ts';
import { accountCases } from './accounts.cases.ts';
import { callerOf, type OpenedApi } from './caller.ts';
import { cameraCases } from './cameras.cases.ts';
import { deviceCases } from './devices.cases.ts';
import { envelopeCases, errorCases } from './envelope.cases.ts';
import { serviceCases } from './service.cases.ts';

export type { Answer, ApiAccount, ApiRequest, OpenedApi } from './caller.ts';

interface Options {
  /** Modules that the service does not have. */
  readonly without?: readonly string[];
  /** The transport has no envelope of its own: what breaks its rules cannot be said there, or is refused before it is sent. */
  readonly withoutEnvelope?: boolean;
}

export function apiContract(
  name: string,
  open: () => Promise<OpenedApi>,
  { without = [], withoutEnvelope = false }: Options = {},
): void {
  describe(`the request API over ${name}`, () => {
    let api: OpenedApi;
    beforeAll(async () => {
      api = await open();
    });
    afterAll(() => api.cleanup());

    const caller = callerOf(() => api);
    accessCases(caller, without);
    if (!withoutEnvelope) envelopeCases(caller);
    errorCases(caller);
    accountCases(caller);
    deviceCases(caller);
    cameraCases(caller);
    serviceCases(caller, without);
  });
}
