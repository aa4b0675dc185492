/** Owns the first byte of each record. A number that was given once is never given to anything else. */

export const RECORD = {
  session: 1,
  ended: 2,
  subscribed: 3,
  unsubscribed: 4,
  owed: 5,
  settled: 6,
  received: 7,
  forgotten: 8,
  will: 9,
  willGone: 10,
  retained: 11,
  cleared: 12,
  /** A message, under the number by which others name it. */
  message: 13,
  /** No record behind this one names the message. */
  messageGone: 14,
  /** All that was there when the file was begun is in it: what comes behind has happened since. */
  complete: 15,
} as const;

/** Of a message that is owed. */
export const OWED = { qos2: 1, retain: 2, released: 4, hasIds: 8 } as const;

/** Of a subscription; the QoS is in the lowest two bits, the retain handling in the fourth and fifth. */
export const SUBSCRIBED = { noLocal: 4, retainAsPublished: 32, hasId: 64 } as const;
