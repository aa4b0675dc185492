/** Owns whether the followed NestMTX answers: asks it regularly, says so on the availability topic, and tells when that changes. */

import type { Client } from '../client/client.ts';
import type { Clock, Log, MqttLink } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Topics } from '../protocol/topics.ts';
import { every } from './every.ts';

interface Parts {
  readonly client: Client;
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly log: Log;
  /** It answers, for the first time or again. */
  readonly onReturn: () => void;
  /** It has been silent for the grace period. */
  readonly onGone: () => void;
}

export interface Presence {
  /** False until it has answered. */
  readonly isAnswering: boolean;
  /** Something speaks for its being there. */
  notice(): void;
  close(): void;
}

const PROBE_PERIOD_MS = 30_000;
const PROBE_TIMEOUT_MS = 5000;
const GRACE_MS = 30_000;

/** The first question is asked as soon as the client, which may be connecting still, is connected. */
export function watchPresence({ client, link, topics, clock, log, onReturn, onGone }: Parts): Presence {
  let isAnswering: boolean | undefined;
  let published: boolean | undefined;
  let probing = false;
  let endGrace = (): void => undefined;

  async function probe(): Promise<void> {
    if (probing) return;
    probing = true;
    const answered = await answers(client);
    probing = false;
    if (client.state !== 'closed') settle(answered);
  }

  function settle(answered: boolean): void {
    publish(answered);
    if (answered === isAnswering) return;
    isAnswering = answered;
    endGrace();
    if (answered) {
      log.info({}, 'NestMTX answers');
      onReturn();
    } else {
      log.warn({}, 'NestMTX does not answer');
      endGrace = clock.after(GRACE_MS, onGone);
    }
  }

  function publish(answered: boolean): void {
    if (answered === published) return;
    published = answered;
    const payload = answered ? 'online' : 'offline';
    link.publish({ topic: topics.availability, payload, retain: true, qos: 1 }).catch((error: unknown) => {
      log.warn({ err: error }, 'could not publish the availability');
    });
  }

  const stops = [
    every(clock, PROBE_PERIOD_MS, () => void probe()),
    client.onState((state) => {
      if (state === 'connected') void probe();
      // What happens meanwhile is not heard: as good as silence.
      if (state === 'disconnected') settle(false);
    }),
  ];
  link.onUp(() => {
    // Meanwhile the broker has published our last will, or forgotten everything.
    published = undefined;
    if (client.state === 'connected') void probe();
  });

  return {
    get isAnswering() {
      return isAnswering === true;
    },
    notice: () => {
      if (isAnswering !== true) void probe();
    },
    close: () => {
      endGrace();
      for (const stop of stops) stop();
    },
  };
}

/** A refusal is an answer too. */
async function answers(client: Client): Promise<boolean> {
  try {
    await client.request({ command: 'list', module: 'health' }, { timeoutMs: PROBE_TIMEOUT_MS });
    return true;
  } catch (error) {
    return error instanceof ApiError;
  }
}
