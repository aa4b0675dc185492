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
  /** @param begin says it @param noted how much had been noted before @param isOwed it is done with when it is stored, and not before */
  function say(begin: () => Fanout, message: Message, noted: () => number, isOwed: boolean, done: () => void): void {
    let before = 0;
    const beginning = () => {
      before = noted();
      return begin();
    };
    service.send(beginning, () => {
      if (isOwed) whenStored(message, done);
      // What is retained is said again after each start.
      else if (message.retain || keeper.notes === before) done();
      else keeper.tried(done);
    });
  }

  function whenStored({ judged }: Message, done: () => void): void {
    if (judged === undefined) keeper.durable(done);
    else void judged.then(() => keeper.durable(done));
  }

  return (message, done) => {
    const others = backbone();
    // Whoever leads next is to say it, where this bridge dies before.
    const isOwed = keeper.isShared && message.id !== undefined;
    if (message.id === undefined || !others.hasOthers) {
      say(
        () => spread(message),
        message,
        () => keeper.notes,
        isOwed,
        done,
      );
      return;
    }
    const { notes } = keeper;
    others.carry(message);
    void others.handedOn().then(() =>
      say(
        () => spreadHere(message),
        message,
        () => notes,
        isOwed,
        done,
      ),
    );
  };
}
