/** Owns how what becomes of the connection turns into events of the domain `service`: changes, and what is found at the start, marked as the past. */

import type { Clock } from '../../../src/client/environment.ts';
import type { ReceivedEvent } from '../../../src/client/events.ts';
import type { ServerStatus } from '../server/server.ts';
import { SERVICE_DOMAIN, type ServiceEvent } from './service-events.ts';

export interface ServiceFeed {
  /** What is the case now, and after each change. */
  see(status: ServerStatus): void;
}

interface Parts {
  readonly clock: Clock;
  /** Where the service says whether it is there. */
  readonly availabilityTopic: string;
  readonly tell: (event: ReceivedEvent) => void;
}

export function createServiceFeed({ clock, availabilityTopic, tell }: Parts): ServiceFeed {
  let link: ServiceEvent | undefined;
  let service: ServiceEvent | undefined;
  let hasFailed = false;

  function say(event: ServiceEvent, details: Readonly<Record<string, string>>, isFirst: boolean): void {
    const topic = event === 'online' || event === 'offline' ? availabilityTopic : '';
    const at = new Date(clock.now()).toISOString();
    tell({ domain: SERVICE_DOMAIN, event, entity: null, details, at, topic, retained: isFirst });
  }

  return {
    see: ({ connection, trouble, login, loginError, presence }) => {
      const isUp = connection === 'connected';
      const nextLink = isUp ? 'connected' : connection === 'disconnected' ? 'disconnected' : link;
      if (nextLink && nextLink !== link) {
        const details = !isUp && trouble ? { reason: trouble.reason } : {};
        say(nextLink, details, link === undefined);
        link = nextLink;
      }
      if ((presence === 'online' || presence === 'offline') && presence !== service) {
        say(presence, {}, service === undefined);
        service = presence;
      }
      const isFailed = login === 'failed';
      if (isFailed && !hasFailed && loginError) {
        say('login failed', { reason: loginError.message, code: loginError.code }, false);
      }
      hasFailed = isFailed;
    },
  };
}
