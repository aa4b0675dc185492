/** Pins how bridges answer one another what the API wants to know: sealed, bounded, with their refusals, and each of them counted. */

import { beforeEach, expect, it } from 'vitest';
import { othersOf } from '../../src/app/cluster/others.ts';
import type { Exchange } from '../../src/core/cluster/exchange.ts';
import type { Others } from '../../src/core/cluster/others.ts';
import { believing } from '../../src/core/requests/belief.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';

const [HERE, THERE, FROZEN] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'].map((id) => id.repeat(4)) as [
  string,
  string,
  string,
];
const anything = (_told: unknown): _told is unknown => true;
const secrets = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });

let here: Others;
let there: Others;
let silent: string[];
let said: Uint8Array[];

beforeEach(() => {
  [silent, said] = [[], []];
  const answers = new Map<string, (question: Uint8Array) => Promise<Uint8Array>>();
  const exchange: Pick<Exchange, 'ask' | 'onAsked'> = {
    async ask(subject, question) {
      said.push(question);
      const answer = answers.get(subject);
      if (answer === undefined) return { answers: [], silent };
      try {
        const told = await answer(question);
        said.push(told);
        return { answers: [told], silent };
      } catch {
        return { answers: [], silent: [THERE, ...silent] };
      }
    },
    onAsked(subject, answer) {
      answers.set(subject, answer);
      return () => answers.delete(subject);
    },
  };
  /** As far as it is used here. */
  const at = (id: string, name: string) =>
    othersOf(
      { exchange, bridge: { id, name }, holdings: { bridges: [{ bridge: 'barn/bbbbbbbb' }] } } as never,
      secrets,
    );
  [here, there] = [at(HERE, 'house'), at(THERE, 'barn')];
});

it('an answer comes with the name of its bridge, and whoever is silent is named as well as is known', async () => {
  there.onAsked('clients', (question) => [question, 'Ünal']);
  silent = [THERE, FROZEN];
  expect(await here.ask('clients', { page: 1 }, anything)).toEqual({
    answers: [{ bridge: 'barn/bbbbbbbb', value: [{ page: 1 }, 'Ünal'] }],
    silent: ['barn/bbbbbbbb', 'cccccccc'],
  });
});

it('nobody on the network reads what is asked and answered', async () => {
  there.onAsked('clients', () => 'a password');
  await here.ask('clients', 'an address', anything);
  expect(said).toHaveLength(2);
  for (const bytes of said) expect(Buffer.from(bytes).toString()).not.toMatch(/password|address/);
});

it('ten thousand clients are one answer, and what is more than a message holds is none', async () => {
  const clients = Array.from({ length: 10_000 }, (_, i) => ({ id: `user:${i}/client-${i}`, address: `192.0.2.${i}` }));
  there.onAsked('clients', () => clients);
  expect((await here.ask('clients', null, anything)).answers[0]?.value).toHaveLength(10_000);
  there.onAsked('clients', () => secrets.newHex(3_000_000));
  expect(await here.ask('clients', null, anything)).toEqual({ answers: [], silent: ['barn/bbbbbbbb'] });
});

it('who cannot answer a list is as silent, and who refuses what was looked for says why', async () => {
  there.onAsked('clients', () => {
    throw new ApiError('unavailable', { message: 'no broker here' });
  });
  expect(await here.ask('clients', null, anything)).toEqual({ answers: [], silent: ['barn/bbbbbbbb'] });
  const refusal = here.find('clients', null, anything);
  await expect(refusal).rejects.toMatchObject({ code: 'unavailable', message: 'no broker here' });
});

it('what nobody has is not found, unless somebody who may have it is silent', async () => {
  there.onAsked('operation', () => undefined);
  expect(await here.find('operation', 'x', anything)).toBeUndefined();
  silent = [FROZEN];
  await expect(here.find('operation', 'x', anything)).rejects.toMatchObject({ code: 'unavailable' });
  there.onAsked('operation', () => ({ state: 'done' }));
  expect(await here.find('operation', 'x', anything)).toEqual({ state: 'done' });
});

it('what is not what was asked for is no answer, and what a newer bridge says besides is left out', async () => {
  const believes = believing<{ id: string }>({
    type: 'object',
    properties: { id: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
  });
  there.onAsked('one', () => ({ id: 'a', since: 'a newer version' }));
  expect((await here.ask('one', null, believes)).answers).toEqual([{ bridge: 'barn/bbbbbbbb', value: { id: 'a' } }]);
  expect(await here.find('one', null, believes)).toEqual({ id: 'a' });
  there.onAsked('one', () => ({ name: 'a' }));
  expect(await here.ask('one', null, believes)).toEqual({ answers: [], silent: ['barn/bbbbbbbb'] });
  await expect(here.find('one', null, believes)).rejects.toMatchObject({ code: 'unavailable' });
});
