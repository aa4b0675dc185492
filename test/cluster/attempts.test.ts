/** Pins what a NATS server says of the moment, so that it is asked again, and what is its last word. */

import { JetStreamApiError } from '@nats-io/jetstream';
import { InvalidArgumentError } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { untilAnswered } from '../../src/cluster/attempts.ts';

const refusal = (code: number, err_code: number) => new JetStreamApiError({ code, err_code, description: 'no' });

async function asked(...outcomes: readonly unknown[]): Promise<{ result: unknown; times: number }> {
  let times = 0;
  const result = await untilAnswered(async () => {
    const outcome = outcomes[times];
    times += 1;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }).catch((error: unknown) => error);
  return { result, times };
}

it.each<readonly [string, Error]>([
  ['there is no leader', refusal(503, 10_008)],
  ['an earlier attempt is under way', refusal(409, 10_158)],
  ['some servers are on their way', refusal(400, 10_005)],
  ['another bridge has made the stream a moment ago, and this server has not heard of it', refusal(404, 10_059)],
  ['nobody answers', new Error('timeout')],
])('it is asked again where %s', async (_why, mood) => {
  expect(await asked(mood, 'yes')).toEqual({ result: 'yes', times: 2 });
});

it.each<readonly [string, Error]>([
  ['the cluster', refusal(400, 10_052)],
  ['our own client', InvalidArgumentError.format('payload', 'max_payload size exceeded')],
])('what %s refuses for good is thrown at once', async (_who, verdict) => {
  expect(await asked(verdict, 'yes')).toEqual({ result: verdict, times: 1 });
});
