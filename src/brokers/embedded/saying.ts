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
  function say(message: Message, done: () => void, spreading: (message: Message) => Fanout, before?: number): void {
    let notes = 0;
    const begin = () => {
      notes = before ?? keeper.notes;
      return spreading(message);
    };
    service.send(begin, () => {
      // What is retained is said again after each start.
      if (message.retain || keeper.notes === notes) done();
      // Until then whoever leads next is to say it, where this bridge dies.
      else if (keeper.isShared && message.id !== undefined) keeper.durable(done);
      else keeper.tried(done);
    });
  }

  return (message, done) => {
    const others = backbone();
    if (message.id === undefined || !others.hasOthers) {
      say(message, done, spread);
      return;
    }
    const { notes } = keeper;
    others.carry(message);
    void others.handedOn().then(() => say(message, done, spreadHere, notes));
  };
}
