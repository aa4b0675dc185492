/** Owns the way from a packet to its bytes, in any version; refuses what no peer could read. */

import { writeAcknowledgement } from './acknowledgement.ts';
import { writeAuth } from './auth.ts';
import { writeConnack } from './connack.ts';
import { writeConnect } from './connect.ts';
import { writeDisconnect } from './disconnect.ts';
import type { Level, Packet } from './packet.ts';
import { encodePublish } from './publish.ts';
import { writeSuback } from './suback.ts';
import { writeSubscribe } from './subscribe.ts';
import { writeUnsuback } from './unsuback.ts';
import { writeUnsubscribe } from './unsubscribe.ts';
import { Writer } from './wire/writer.ts';

const PINGREQ = 0xc0;
const PINGRESP = 0xd0;

/** Each `write…` writes the body and gives the first byte of the fixed header. */
const writer = new Writer();

/**
 * The bytes of a packet. What the version cannot say (before MQTT 5: reasons and properties) is left out.
 * Whoever sends one PUBLISH to many readers takes `encodePublishParts`.
 * @throws PacketError for a packet that may not be sent so, naming the clause
 */
export function encode(packet: Packet, level: Level): Buffer {
  writer.begin();
  switch (packet.kind) {
    case 'connect':
      return writer.finish(writeConnect(writer, packet, level));
    case 'connack':
      return writer.finish(writeConnack(writer, packet, level));
    case 'publish':
      return encodePublish(packet, level);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return writer.finish(writeAcknowledgement(writer, packet, level));
    case 'subscribe':
      return writer.finish(writeSubscribe(writer, packet, level));
    case 'suback':
      return writer.finish(writeSuback(writer, packet, level));
    case 'unsubscribe':
      return writer.finish(writeUnsubscribe(writer, packet, level));
    case 'unsuback':
      return writer.finish(writeUnsuback(writer, packet, level));
    case 'pingreq':
      return writer.finish(PINGREQ);
    case 'pingresp':
      return writer.finish(PINGRESP);
    case 'disconnect':
      return writer.finish(writeDisconnect(writer, packet, level));
    case 'auth':
      return writer.finish(writeAuth(writer, packet, level));
  }
}
