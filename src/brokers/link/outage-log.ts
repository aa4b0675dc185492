/** Owns what the log says about a broker that comes and goes: one line per change, however often the attempts fail. */

import type { ProtocolVersion } from '../../connection/mqtt-options.ts';
import type { Log } from '../../core/ports.ts';
import type { Ending } from './connection.ts';

export interface OutageLog {
  up(version: ProtocolVersion): void;
  /** A refusal, which only people can cure, is a change of its own: an absent broker that turns out to refuse us is told. */
  down(ending: Ending): void;
}

/** @param log of the broker that is meant at the time */
export function outageLog(log: () => Log): OutageLog {
  let told = 'nothing';
  return {
    up: (version) => {
      told = 'up';
      log().info({ protocol: version === 5 ? '5' : '3.1.1' }, 'connected to the MQTT broker');
    },
    down: ({ reason, code }) => {
      const wasUp = told === 'up';
      const state = wasUp || code === undefined ? 'away' : reason;
      if (state === told) return log().debug({ reason }, 'the MQTT broker is still not usable');
      told = state;
      log().warn(
        { reason },
        wasUp ? 'lost the MQTT broker, connecting again' : 'no connection to the MQTT broker, trying on',
      );
    },
  };
}
