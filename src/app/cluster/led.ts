/** Owns what parts that know nothing of a cluster are given there: a link whose listeners end with a term, and a broker that only whoever leads may know. */

import type { BrokerSource } from '../../brokers/external/broker-source.ts';
import type { Leadership } from '../../core/cluster/leadership.ts';
import type { Closers } from '../../core/lifecycle.ts';
import { createClosers } from '../../core/lifecycle.ts';
import type { Log, MqttLink } from '../../core/ports.ts';

interface Parts {
  readonly leadership: Leadership;
  readonly link: MqttLink;
  readonly log: Log;
}

/** Opens parts whenever it is for this bridge to lead, and closes them when it is not any more. @returns what ends it for good */
export function whileLeading(
  { leadership, link, log }: Parts,
  open: (link: MqttLink, closers: Closers) => void,
): () => Promise<void> {
  return leadership.whileLeading(() => {
    const closers = createClosers(log);
    open(linkFor(link, closers), closers);
    return () => closers.close();
  });
}

function linkFor(link: MqttLink, closers: Closers): MqttLink {
  const ending = (stop: () => void) => {
    closers.add('a listener', stop);
    return stop;
  };
  return {
    ...link,
    get up() {
      return link.up;
    },
    get trouble() {
      return link.trouble;
    },
    onRequest: (handler) => ending(link.onRequest(handler)),
    listen: (filter, handler) => ending(link.listen(filter, handler)),
    beforeUp: (handler) => ending(link.beforeUp(handler)),
    onUp: (handler) => ending(link.onUp(handler)),
  };
}

/** Two bridges at one broker of somebody else would answer each request twice: nobody knows it but the one that leads. */
export function ledBroker(broker: BrokerSource, leadership: Leadership): BrokerSource {
  let isOurs = false;
  const listeners = new Set<() => void>();
  function turn(now: boolean): void {
    isOurs = now;
    for (const listener of listeners) listener();
  }
  leadership.whileLeading(() => {
    turn(true);
    return () => turn(false);
  });
  return {
    get current() {
      return isOurs ? broker.current : undefined;
    },
    onChange(listener) {
      listeners.add(listener);
      const stop = broker.onChange(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
  };
}
