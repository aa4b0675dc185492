/** Owns what happens here to a message that was said at another broker: it goes to who is here, and no further. */

import type { Topics } from '../../../protocol/topics.ts';
import type { AccountUses } from '../accounts/account-uses.ts';
import type { Message } from '../message.ts';
import { Fanout } from '../routes/route.ts';
import type { Routes } from '../routes/routes.ts';
import { type Spreaders, spreaderIn } from '../routes/spreaders.ts';
import type { Seat } from '../service/seat.ts';
import type { Tally } from '../tally.ts';
import { Lane, type Turns } from '../turns/turns.ts';
import { UNLIMITED } from '../turns/work-rate.ts';

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
}

/** So many messages of the house may wait here to be given to their readers. */
const MOST_WAITING = 10_000;

export function createHearing(parts: Parts): (bucket: string, message: Message) => void {
  const { bucketOf, uses, turns, routes, spreaders, tally, topics, seat } = parts;
  const house = spreaderIn(new Lane(UNLIMITED), turns);
  let waiting = 0;

  return (bucket, message) => {
    // The brokers learn of a new instance one after the other: until both know the same, nobody hears anything.
    if (bucketOf(message.topic) !== bucket) return;
    const begin = () => new Fanout(message, routes.to(message.topic));
    if (bucket === '') {
      if (waiting >= MOST_WAITING) return;
      waiting += 1;
      if (message.topic !== topics.requests && seat().hears(message.topic)) seat().receive(message);
      house.send(begin, () => {
        waiting -= 1;
      });
      return;
    }
    // Another account may have had this name, and nobody of it is here.
    const use = uses.of(message.account);
    if (use === undefined) return;
    if (!use.hasRoomFor(message.keptBytes)) {
      tally.dropped(use.account);
      return;
    }
    use.waitingBytes += message.keptBytes;
    void spreaders.send(use, begin).then(() => {
      use.waitingBytes -= message.keptBytes;
    });
  };
}
