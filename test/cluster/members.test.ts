/** Who counts as a bridge of the cluster, and whom it is worth waiting for: not the same where somebody has fallen silent a moment ago. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterConnection, connectCluster } from '../../src/cluster/connection.ts';
import { createMembers } from '../../src/cluster/exchange/members.ts';
import { joinExchange, type NatsExchange } from '../../src/cluster/exchange/nats-exchange.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

describe('a bridge that is heard of', () => {
  function heardOf() {
    const clock = manualClock();
    const members = createMembers(clock, recordingLog());
    const lost: string[] = [];
    members.onLost((id) => lost.push(id));
    expect(members.heard('one')).toBe(true);
    return { clock, members, lost };
  }

  it('is present until it has been silent for two and a half seconds, and lives until eleven', () => {
    const { clock, members, lost } = heardOf();
    clock.advance(2499);
    expect(members.present).toEqual(['one']);
    clock.advance(1);
    expect([members.present, members.others, lost]).toEqual([[], ['one'], []]);
    clock.advance(8499);
    expect(members.others).toEqual(['one']);
    clock.advance(1);
    expect([members.others, lost]).toEqual([[], ['one']]);
  });

  it('is present again as soon as it is heard of', () => {
    const { clock, members } = heardOf();
    clock.advance(3000);
    expect(members.heard('one')).toBe(false);
    expect(members.present).toEqual(['one']);
  });

  it('is not present after a question that it has not answered, unless it has been heard of since', () => {
    const { clock, members } = heardOf();
    clock.advance(10);
    members.missed('one', clock.monotonicMs());
    expect([members.present, members.others]).toEqual([[], ['one']]);
    members.answered('one');
    expect(members.present).toEqual(['one']);
    members.missed('one', clock.monotonicMs());
    expect(members.present).toEqual(['one']);
  });

  it('and has left is none any more, whatever it still answers', () => {
    const { members, lost } = heardOf();
    members.left('one');
    members.answered('one');
    expect([members.others, lost]).toEqual([[], ['one']]);
  });
});

describe.skipIf(natsIsMissing)('a question over NATS', () => {
  let cluster: NatsCluster;
  const joined: { readonly exchange: NatsExchange; readonly connection: ClusterConnection }[] = [];
  const clock = manualClock();
  const settle = () => new Promise((resolve) => setTimeout(resolve, 1));

  /** Time passes only where that is said. */
  async function join(id: string): Promise<NatsExchange> {
    const { addresses: servers, username, password } = cluster;
    const log = recordingLog();
    const connection = await connectCluster({ servers, username, password }, { log, name: id, hearsItself: false });
    const joining = joinExchange({ connection, clock, log, prefix: 'members', id: id.padEnd(32, '-') });
    let isThere = false;
    void joining.then(() => {
      isThere = true;
    });
    while (!isThere) {
      await settle();
      clock.advance(10);
    }
    const exchange = await joining;
    joined.push({ exchange, connection });
    return exchange;
  }

  beforeAll(async () => {
    cluster = await startNats();
  });
  afterAll(async () => {
    for (const { exchange, connection } of joined) {
      await exchange.close();
      await connection.close();
    }
    await cluster.stop();
  });

  it('that is a courtesy waits once for who does not answer, and any other each time', async () => {
    const [asks, answers, stands] = [await join('asks'), await join('answers'), await join('stands')];
    answers.onAsked('well', async () => Buffer.from('well'));
    stands.onAsked('well', () => new Promise(() => undefined));
    async function outcome(kind: 'ask' | 'askPresent') {
      const startMs = clock.monotonicMs();
      let answer: Awaited<ReturnType<NatsExchange['ask']>> | undefined;
      void asks[kind]('well', Buffer.from(''), 300).then((given) => {
        answer = given;
      });
      for (let turn = 0; answer === undefined; turn += 1) {
        await settle();
        // Whoever answers at all has done so by then.
        if (turn === 50) clock.advance(300);
      }
      return { waitedMs: clock.monotonicMs() - startMs, answers: answer.answers.length, silent: answer.silent };
    }
    const silent = [stands.id];
    expect(await outcome('askPresent')).toEqual({ waitedMs: 300, answers: 1, silent });
    expect(await outcome('askPresent')).toEqual({ waitedMs: 0, answers: 1, silent: [] });
    expect(await outcome('ask')).toEqual({ waitedMs: 300, answers: 1, silent });
    // What is too large for a message is no answer, and nobody ends of it.
    stands.onAsked('well', async () => Buffer.alloc(9_000_000));
    expect(await outcome('ask')).toEqual({ waitedMs: 0, answers: 1, silent });
  });
});
