/** Owns how a packet of ours looks to mqtt-packet. */

import type { Packet as TheirPacket } from 'mqtt-packet';
import type { Level, Packet, UserProperties } from '../../../../src/brokers/embedded/packets/packet.ts';

/** Where a name is not the same. */
const NAMES: Readonly<Record<string, string>> = {
  payloadIsUtf8: 'payloadFormatIndicator',
  expirySeconds: 'messageExpiryInterval',
  subscriptionIds: 'subscriptionIdentifier',
  sessionExpirySeconds: 'sessionExpiryInterval',
  maximumPacketBytes: 'maximumPacketSize',
  maximumQos: 'maximumQoS',
  assignedClientId: 'assignedClientIdentifier',
  wildcardAvailable: 'wildcardSubscriptionAvailable',
  subscriptionIdsAvailable: 'subscriptionIdentifiersAvailable',
  sharedAvailable: 'sharedSubscriptionAvailable',
  serverKeepAliveSeconds: 'serverKeepAlive',
};

export function asTheirs(packet: Packet, level: Level): TheirPacket {
  switch (packet.kind) {
    case 'connect': {
      const { kind, cleanStart, keepAliveSeconds, clientId, username, password, will, properties } = packet;
      return {
        cmd: kind,
        protocolId: level === 3 ? 'MQIsdp' : 'MQTT',
        protocolVersion: level,
        clean: cleanStart,
        keepalive: keepAliveSeconds,
        clientId,
        properties: theirProperties(properties),
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(will !== undefined && {
          will: {
            topic: will.topic,
            payload: will.payload,
            qos: will.qos,
            retain: will.retain,
            properties: { ...theirProperties(will.properties), willDelayInterval: will.delaySeconds },
          },
        }),
      };
    }
    case 'publish': {
      const { kind, dup, qos, retain, topic, packetId, payload, properties } = packet;
      return {
        cmd: kind,
        dup,
        qos,
        retain,
        topic,
        messageId: packetId,
        payload,
        properties: theirProperties(properties),
      };
    }
    case 'subscribe': {
      const { kind, packetId, subscriptions, subscriptionId, userProperties } = packet;
      return {
        cmd: kind,
        messageId: packetId,
        subscriptions: subscriptions.map(({ filter, qos, noLocal, retainAsPublished, retainHandling }) => {
          return { topic: filter, qos, nl: noLocal, rap: retainAsPublished, rh: retainHandling };
        }),
        properties: {
          ...theirProperties({ userProperties }),
          ...(subscriptionId !== undefined && { subscriptionIdentifier: subscriptionId }),
        },
      };
    }
    case 'unsubscribe': {
      const { kind, packetId, filters, userProperties } = packet;
      return {
        cmd: kind,
        messageId: packetId,
        unsubscriptions: [...filters],
        properties: theirProperties({ userProperties }),
      };
    }
    case 'suback':
    case 'unsuback': {
      const { kind, packetId, reasonCodes, properties } = packet;
      return { cmd: kind, messageId: packetId, granted: [...reasonCodes], properties: theirProperties(properties) };
    }
    case 'connack': {
      const { kind, sessionPresent, reasonCode, properties } = packet;
      return { cmd: kind, sessionPresent, reasonCode, returnCode: reasonCode, properties: theirProperties(properties) };
    }
    case 'pingreq':
    case 'pingresp':
      return { cmd: packet.kind };
    case 'disconnect':
    case 'auth':
      return { cmd: packet.kind, reasonCode: packet.reasonCode, properties: theirProperties(packet.properties) };
    default: {
      const { kind, packetId, reasonCode, properties } = packet;
      return { cmd: kind, messageId: packetId, reasonCode, properties: theirProperties(properties) };
    }
  }
}

function theirProperties(properties: object): Record<string, unknown> {
  // An empty list of theirs takes more bytes than they count.
  const given = Object.entries(properties).filter(([name, value]) => name !== 'userProperties' || value.length > 0);
  return Object.fromEntries(
    given.map(([name, value]) => [NAMES[name] ?? name, name === 'userProperties' ? grouped(value) : value]),
  );
}

function grouped(pairs: UserProperties): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
}

/** A packet, or a part of one, with its user properties by name: that is all they keep of the order. */
export function byName(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part) || Buffer.isBuffer(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([field, value]) => {
      if (field !== 'userProperties') return [field, byName(value)];
      return [field, [...value].sort(([one], [other]) => Number(one > other) - Number(one < other))];
    }),
  );
}
