/** Owns what a logged-in client of the embedded broker may do with each message; it asks the ACL and the limits. */

import type { AedesOptions, AedesPublishPacket, Client, PublishPacket, Subscription } from 'aedes';
import type { AccountDirectory } from '../../core/accounts/accounts.ts';
import type { BrokerObserver } from '../../core/instances/usage/broker-observer.ts';
import type { Log } from '../../core/ports.ts';
import { matches } from '../../protocol/topic-match.ts';
import type { Acl } from '../acl.ts';
import type { BrokerLimits } from '../limits.ts';
import type { ConnectedClient, ConnectedClients } from './connected-clients.ts';
import { wireSizeOf } from './kept/packet-size.ts';
import type { RetainedMessages } from './kept/retained-messages.ts';
import type { KeptSessions } from './kept/sessions.ts';
import type { PublishRate } from './publish-rate.ts';
import { REASON } from './reason-codes.ts';

export interface RightsSetup {
  readonly directory: AccountDirectory;
  readonly acl: Acl;
  readonly connected: ConnectedClients;
  readonly sessions: KeptSessions;
  readonly retained: RetainedMessages<AedesPublishPacket>;
  readonly rate: PublishRate;
  readonly limits: BrokerLimits;
  readonly log: Log;
  readonly observer: BrokerObserver;
}

type RightsHooks = Required<Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>;
type Refusal = { readonly reasonCode: number; readonly why: string };

export function rightsHooks(setup: RightsSetup): RightsHooks {
  const { directory, acl, connected, sessions, retained, rate, limits, log, observer } = setup;
  const full = new Set<string>();

  return {
    authorizePublish(client, packet, done) {
      const publisher = client === null ? undefined : connected.of(client);
      if (client === null || publisher === undefined) {
        done(new Error('nobody published this'));
        return;
      }
      // What came behind a refused message in the same bytes; a will still counts.
      if (publisher.isRefused && !client.closed) return;
      const refusal = refusalOf(publisher, packet);
      if (refusal !== undefined) {
        expel(publisher, packet, refusal, done);
        return;
      }
      // A will's delay is no property of a PUBLISH: strict clients drop the connection over it (MQTT 5.0, 3.3.2.3).
      if (packet.properties !== undefined) Reflect.deleteProperty(packet.properties, 'willDelayInterval');
      if (packet.retain) packet.retain = mayRetain(publisher.account.key, packet);
      observer.published(publisher.account, packet.payload.length);
      rate.take(publisher.account.key, () => done());
    },

    authorizeSubscribe(client, subscription, done) {
      const subscriber = connected.of(client);
      const why = isAccepted(subscriber) ? whyNot(subscriber, subscription) : 'the account has lost its rights';
      if (why === undefined) {
        done(null, subscription);
        return;
      }
      // A session may come back with less rights than it left with.
      sessions.revoke(client.id, [subscription.topic]);
      log.debug({ account: subscriber?.account.key, filter: subscription.topic, why }, 'a subscription was refused');
      done(null, null);
    },

    authorizeForward(client, packet) {
      const reader = connected.of(client);
      if (reader === undefined || !isAccepted(reader) || !acl.receive(reader.account, packet.topic)) return null;
      // MQTT 5.0, 3.1.2.11.4: what the client cannot take is dropped, as if it had been sent.
      if (client.maximumPacketSize !== undefined && wireSizeOf(packet) > client.maximumPacketSize) return null;
      if (packet.qos === 2) packet.qos = grantedQos(client, packet.topic);
      observer.delivered(reader.account, packet.payload.length);
      return packet;
    },
  };

  function isAccepted(known: ConnectedClient | undefined): known is ConnectedClient {
    return known !== undefined && !known.isRefused && directory.isCurrent(known.account);
  }

  function refusalOf(publisher: ConnectedClient, packet: PublishPacket): Refusal | undefined {
    if (!directory.isCurrent(publisher.account))
      return { reasonCode: REASON.notAuthorized, why: 'the account has lost its rights' };
    const { allowed, rule } = acl.publish(publisher.account, packet.topic);
    if (!allowed) return { reasonCode: REASON.notAuthorized, why: rule };
    if (packet.qos !== 2 || mayBegin(publisher.client.id, packet.messageId ?? 0)) return undefined;
    return { reasonCode: REASON.receiveMaximumExceeded, why: 'too many QoS 2 messages are unfinished' };
  }

  /** Counts a QoS 2 message now, since aedes keeps its id only later and a client may send many in one go. */
  function mayBegin(id: string, messageId: number): boolean {
    const incoming = sessions.incomingOf(id);
    if (incoming === undefined || incoming.has(messageId)) return true;
    if (incoming.size >= limits.receiveMaximum) return false;
    incoming.set(messageId, false);
    return true;
  }

  /** Grants the filter, or says why not. */
  function whyNot({ account, client }: ConnectedClient, subscription: Subscription): string | undefined {
    const { allowed, rule } = acl.subscribe(account, subscription.topic);
    if (!allowed) return rule;
    return sessions.grant(client.id, subscription) ? undefined : 'the account has too many filters';
  }

  /** Said once, until there is room again: the log must not fill up as well. */
  function mayRetain(accountKey: string, packet: PublishPacket): boolean {
    if (retained.hasRoomFor(packet)) {
      full.delete(accountKey);
      return true;
    }
    if (!full.has(accountKey)) log.warn({ account: accountKey }, 'too much is retained: delivered, but not retained');
    full.add(accountKey);
    return false;
  }

  /** I-32: a publish that is refused ends the connection, in every version. */
  function expel(
    publisher: ConnectedClient,
    packet: PublishPacket,
    { reasonCode, why }: Refusal,
    done: (error: Error) => void,
  ): void {
    const { account, client, address, clientId } = publisher;
    log.info({ account: account.key, address, clientId, topic: packet.topic, why }, 'a publish was refused');
    const error = new Error(why);
    publisher.isRefused = true;
    if (client.version === 5 && !client.closed) client.disconnect({ reasonCode }, () => done(error));
    else done(error);
  }

  /** aedes lowers a message to the subscription's QoS only where the filter is the topic itself (MQTT 5.0, 3.8.4). */
  function grantedQos(client: Client, topic: string): 0 | 1 | 2 {
    const granting = sessions.filtersOf(client.id).filter((filter) => matches(filter.topic, topic));
    return granting.some(({ qos }) => qos === 2) ? 2 : 1;
  }
}
