/** Owns how what a message or a will says is written: as the body of an MQTT 5 PUBLISH, whose reader and writer are there anyway. */

import type { MessageProperties } from '../../packets/packet.ts';
import { encodePublishParts, readPublish } from '../../packets/publish.ts';
import { Reader } from '../../packets/wire/reader.ts';
import type { Fields } from './fields.ts';

export interface Content {
  readonly topic: string;
  readonly payload: Buffer;
  readonly properties: MessageProperties;
}

const LEVEL = 5;

/**
 * QoS and the flags are not the content's: they are left out, and so is a packet id. To be called before anything else of the
 * record is written. @throws PacketError for what no PUBLISH can say
 */
export function contentBytes({ topic, payload, properties }: Content): Buffer {
  return encodePublishParts({ dup: false, qos: 0, retain: false, topic, payload, properties }, LEVEL).bytes;
}

/** The result keeps nothing of the frame. @throws PacketError for what no PUBLISH says */
export function readContent(fields: Fields): Content {
  // A copy of its own: the frame that it comes in has much else.
  return contentOf(Buffer.from(fields.bytes()));
}

/** What `contentBytes` has written; the result has views of it. @throws PacketError for what no PUBLISH says */
export function contentOf(bytes: Buffer): Content {
  const reader = new Reader();
  reader.begin(bytes, 0, bytes.length);
  const first = reader.u8('fixed header');
  reader.variableInteger('remaining length');
  const { topic, payload, properties } = readPublish(reader, first & 0xf, LEVEL, 'broker');
  return { topic, payload, properties };
}
