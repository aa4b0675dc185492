/** Owns the last step before a message spreads: a request goes to the service alone, and the revoked are not heard. */

import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';

type Done = (error?: Error) => void;

export type Admission = 'spread' | 'swallow';

/** aedes has no hook between its acknowledgement of a message and the message's delivery; this is one. */
export class TenantBroker extends Aedes {
  readonly #admit: (packet: PublishPacket, client: Client) => Admission;

  /** @param admit sees every message of a client when it is due; what it swallows is neither stored nor delivered */
  constructor(options: AedesOptions, admit: (packet: PublishPacket, client: Client) => Admission) {
    super(options);
    this.#admit = admit;
  }

  override publish(packet: PublishPacket, from: Client | null | Done, done?: Done): void {
    if (from !== null && typeof from === 'object' && this.#admit(packet, from) === 'swallow') {
      // Not at once: aedes would go on parsing inside the packet it is parsing.
      if (done !== undefined) queueMicrotask(done);
      return;
    }
    Reflect.apply(super.publish, this, [packet, from, done]);
  }
}
