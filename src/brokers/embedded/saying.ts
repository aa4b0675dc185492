/** Owns the way of what the service says: in its order to everybody, and done with when a restart would know of it, too. */

import type { Backbone } from './backbone/backbone.ts';
import type { Keeper } from './kept/keeper.ts';
import type { Message } from './message.ts';
import type { Fanout } from './routes/route.ts';
import type { Spreader } from './routes/spreader.ts';

interface Parts {
  readonly keeper: Keeper;
  readonly backbone: () => Backbone;
  readonly service: Spreader;
  readonly spread: (message: Message) => Fanout;
  /** To those who are here alone. */
  readonly spreadHere: (message: Message) => Fanout;
}

/** What has a name goes to other brokers first: if it dies with this one, it has been seen by nobody, or is known to others. */
export type Say = (message: Message, done: () => void) => void;

export function createSaying({ keeper, backbone, service, spread, spreadHere }: Parts): Say {
  function whenStored({ judged }: Message, done: () => void): void {
    if (judged === undefined) keeper.durable(done);
    else void judged.then(() => keeper.durable(done));
  }

  return (message, done) => {
    const others = backbone();
    const isNamed = message.id !== undefined;
    let { notes } = keeper;
    const end = () => {
      // Whoever leads next is to say it, where this bridge dies before.
      if (isNamed && keeper.isShared) whenStored(message, done);
      // What is retained is said again after each start.
      else if (message.retain || keeper.notes === notes) done();
      else keeper.tried(done);
    };
    if (!isNamed || !others.hasOthers) {
      const begin = () => {
        notes = keeper.notes;
        return spread(message);
      };
      service.send(begin, end);
      return;
    }
    others.carry(message);
    void others.handedOn().then(() => service.send(() => spreadHere(message), end));
  };
}
