/** Owns what happens here to a message that was said at another broker: it goes to who is here, and no further. */

import type { Topics } from '../../../../protocol/topics.ts';
import type { AccountUse } from '../../accounts/account-use.ts';
import type { AccountUses } from '../../accounts/account-uses.ts';
import type { Message } from '../../message.ts';
import { Fanout } from '../../routes/route.ts';
import type { Routes } from '../../routes/routes.ts';
import { type Spreaders, spreaderIn } from '../../routes/spreaders.ts';
import type { Seat } from '../../service/seat.ts';
import type { Tally } from '../../tally.ts';
import { Lane, type Turns } from '../../turns/turns.ts';
import { UNLIMITED } from '../../turns/work-rate.ts';
import { HOUSE } from '../names.ts';
import { Inbox } from './inbox.ts';

interface Parts {
  readonly bucketOf: (topic: string) => string;
  readonly uses: AccountUses;
  readonly turns: Turns;
  readonly routes: Routes;
  readonly spreaders: Spreaders;
  readonly tally: Tally;
  readonly topics: Topics;
  /** The service listens, too. */
  readonly seat: () => Pick<Seat, 'hears' | 'receive'>;
  readonly defer: (callback: () => void) => void;
  /** More of a bucket waits here than its readers are given, or no more. */
  readonly onFull: (bucket: string, isFull: boolean) => void;
}

/** So many messages of the house may wait here to be given to their readers, who sends them being held before that. */
const MOST_WAITING = 10_000;

export function createHearing(parts: Parts): (bucket: string, message: Message) => void {
  const { bucketOf, uses, turns, routes, spreaders, tally, topics, seat, defer, onFull } = parts;
  const fanoutOf = (message: Message) => new Fanout(message, routes.to(message.topic));
  const houseSpreader = spreaderIn(new Lane(UNLIMITED), turns);
  const toHouse = (message: Message) =>
    new Promise<void>((resolve) => houseSpreader.send(() => fanoutOf(message), resolve));
  const house = new Inbox({ give: toHouse, defer, onFull: (isFull) => onFull(HOUSE, isFull) });
  const tenants = new WeakMap<AccountUse, Inbox>();

  function inboxOf(use: AccountUse, bucket: string): Inbox {
    const known = tenants.get(use);
    if (known !== undefined) return known;
    const give = async (message: Message) => {
      await spreaders.send(use, () => fanoutOf(message));
      use.waitingBytes -= message.keptBytes;
    };
    const inbox = new Inbox({ give, defer, onFull: (isFull) => onFull(bucket, isFull) });
    tenants.set(use, inbox);
    return inbox;
  }

  function hearHouse(message: Message): void {
    if (house.waiting >= MOST_WAITING) return;
    const isNew = message.topic !== topics.requests && message.choice?.isForGroupsOnly !== true;
    if (isNew && seat().hears(message.topic)) seat().receive(message);
    house.put(message);
  }

  function hearTenant(message: Message, bucket: string): void {
    // Another account may have had this name, and nobody of it is here.
    const use = uses.of(message.account);
    if (use === undefined) return;
    if (!use.hasRoomFor(message.keptBytes)) {
      tally.dropped(use.account);
      return;
    }
    use.waitingBytes += message.keptBytes;
    inboxOf(use, bucket).put(message);
  }

  return (bucket, message) => {
    // The brokers learn of a new instance one after the other: until both know the same, nobody hears anything.
    if (bucketOf(message.topic) !== bucket) return;
    if (bucket === HOUSE) hearHouse(message);
    else hearTenant(message, bucket);
  };
}
