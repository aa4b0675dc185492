/**
 * Owns how it is with a broker of somebody else as every bridge of a cluster tells it: the one that leads has the only connection there, and
 * tells the others what it sees, every two seconds.
 */

import type { Exchange } from '../../core/cluster/exchange.ts';
import type { Leadership } from '../../core/cluster/leadership.ts';
import type { Closers } from '../../core/lifecycle.ts';
import type { Clock } from '../../core/ports.ts';
import { believing } from '../../core/requests/belief.ts';
import { CHECK, type Check } from '../../protocol/entities/health.ts';
import { decode } from '../../protocol/envelope.ts';

interface Parts {
  /** Of a cluster. */
  readonly membership: { readonly exchange: Pick<Exchange, 'say' | 'listen'> } | undefined;
  readonly leadership: Pick<Leadership, 'leads'>;
  readonly clock: Clock;
}

const CHANNEL = 'health of mqtt';
const TELL_MS = 2000;
const believesCheck = believing<Check>(CHECK);
/** Another one leads by then, and has had the time to connect. */
const OLD_MS = 10_000;

/**
 * @param seen as each part is seen here: so they stay, but for the broker
 * @param isKeeping whether what our own broker keeps is kept, where there is one beside
 */
export function ledChecks<Checks extends { readonly mqtt: () => Check }>(
  seen: Checks,
  isKeeping: () => boolean,
  { membership, leadership, clock }: Parts,
  closers: Closers,
): Checks {
  if (membership === undefined) return seen;
  const { exchange } = membership;
  const own = seen.mqtt;
  let told: Check = { healthy: null, meta: { reason: 'starting' } };
  let toldMs = clock.monotonicMs();
  let cancel = () => {};

  function tell(): void {
    cancel = clock.after(TELL_MS, tell);
    if (leadership.leads) exchange.say(CHANNEL, Buffer.from(JSON.stringify(own())));
  }

  const stop = exchange.listen(CHANNEL, (bytes) => {
    const check = decode(bytes);
    if (!believesCheck(check)) return;
    told = check;
    toldMs = clock.monotonicMs();
  });
  tell();
  closers.add('health of mqtt', () => {
    cancel();
    stop();
  });
  const mqtt = () => {
    if (leadership.leads) return own();
    if (!isKeeping()) return { healthy: null, meta: { reason: 'disk' } };
    return clock.monotonicMs() - toldMs < OLD_MS ? told : { healthy: null, meta: { reason: 'unreachable' } };
  };
  return { ...seen, mqtt };
}
