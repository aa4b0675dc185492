/** Owns that brokers tell one another what accounts use of them, so that what an account may have it has once, wherever its clients are. */

import type { Account } from '../../../../core/accounts/accounts.ts';
import type { Exchange } from '../../../../core/cluster/exchange.ts';
import { type Figure, tellOneAnother } from '../../../../core/cluster/figures.ts';
import type { Clock } from '../../../../core/ports.ts';
import type { AccountUse } from '../../accounts/account-use.ts';
import { shareOf } from './share.ts';
import { figureOf, TELL_ALL_MS, ToldUses } from './told-uses.ts';

interface Parts {
  readonly exchange: Pick<Exchange, 'id' | 'others' | 'say' | 'listen' | 'onLost'>;
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  /** Who uses this broker. */
  readonly uses: Iterable<AccountUse> & { of(accountKey: string): AccountUse | undefined };
  /** How many connections an account has here. */
  readonly connected: (accountKey: string) => number;
  /** How many it has elsewhere. */
  readonly learn: (account: Account, connectionsElsewhere: number) => void;
}

const CHANNEL = 'use of accounts';

/** @returns what ends it */
export function tellUses({ exchange, clock, uses, connected, learn }: Parts): () => void {
  const told = new ToldUses();
  /** What was told of an account last. */
  const known = new Map<string, Figure>();
  let toldAllMs = clock.monotonicMs();

  function adjust(use: AccountUse, nowMs: number): void {
    const { key } = use.account;
    const { workPerSecond } = use.limits;
    if (workPerSecond > 0) use.lane.rate.limitTo(shareOf(workPerSecond, told.work(key, nowMs)), nowMs);
    learn(use.account, told.connections(key, nowMs));
  }

  function own(): Figure[] {
    const nowMs = clock.monotonicMs();
    const tellsAll = nowMs - toldAllMs >= TELL_ALL_MS;
    if (tellsAll) {
      toldAllMs = nowMs;
      told.prune(nowMs);
    }
    const figures = new Map<string, Figure>();
    for (const use of uses) {
      const { key } = use.account;
      figures.set(key, figureOf(key, connected(key), use.lane.rate.look(nowMs)));
      adjust(use, nowMs);
    }
    for (const key of [...known.keys()]) if (!figures.has(key)) figures.set(key, [key, 0, 0, 0]);
    const news = [...figures.values()].filter((figure) => tellsAll || !isSame(figure, known.get(figure[0])));
    for (const figure of news) {
      if (isNothing(figure)) known.delete(figure[0]);
      else known.set(figure[0], figure);
    }
    return news;
  }

  function heard(from: string, figures: readonly Figure[]): void {
    const nowMs = clock.monotonicMs();
    told.hear(from, figures, nowMs);
    for (const [key] of figures) {
      const use = uses.of(key);
      if (use !== undefined) adjust(use, nowMs);
    }
  }

  const stops = [
    tellOneAnother({ exchange, clock, channel: CHANNEL, own, heard }),
    exchange.onLost((from) => told.forget(from)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Who works is to be told of each second. */
function isSame([key, connections, perSecond]: Figure, known: Figure = [key, 0, 0, 0]): boolean {
  return connections === known[1] && perSecond === 0 && known[2] === 0;
}

function isNothing([, connections, perSecond]: Figure): boolean {
  return connections === 0 && perSecond === 0;
}
