/** Owns finding Home Assistant's broker: asks Supervisor until it is there, follows it when it moves, and says each change once. */

import type { ToldBroker } from '../src/brokers/external/broker-source.ts';
import type { BrokerAddress } from '../src/brokers/link/address.ts';
import type { Log } from '../src/core/ports.ts';
import { ApiError } from '../src/protocol/api-error.ts';
import { keepAsking, type Rhythm } from './keep-asking.ts';
import type { MqttService, Supervisor } from './supervisor.ts';

interface Setup extends Rhythm {
  readonly supervisor: Pick<Supervisor, 'mqttService'>;
  readonly broker: ToldBroker;
  /** Our own name on the network of the apps: a broker there is ours, from when it was provided. */
  readonly ownHost: string;
  /** PEM, for a broker that wants TLS. */
  readonly ca?: string | undefined;
  readonly log: Log;
}

type Finding = 'found' | 'absent' | 'own' | 'forbidden' | 'unanswered';

/** The result ends the search; a broker that was found stays known. */
export function searchBroker({ supervisor, broker, ownHost, ca, log, ...rhythm }: Setup): () => void {
  let last: Finding | undefined;

  async function look(): Promise<{ finding: Finding; detail?: object }> {
    try {
      const service = await supervisor.mqttService();
      if (service === undefined) return { finding: 'absent' };
      if (service.host === ownHost) return { finding: 'own' };
      broker.tell(addressOf(service, ca));
      return { finding: 'found', detail: { host: service.host, app: service.addon } };
    } catch (error) {
      const { code, message } = error instanceof ApiError ? error : new ApiError('internal', { cause: error });
      return { finding: code === 'forbidden' ? 'forbidden' : 'unanswered', detail: { reason: message } };
    }
  }

  return keepAsking(rhythm, async () => {
    const { finding, detail = {} } = await look();
    if (finding !== last) log[LEVELS[finding]](detail, WORDS[finding]);
    last = finding;
    return finding === 'found';
  });
}

const LEVELS: Readonly<Record<Finding, 'info' | 'warn' | 'error'>> = {
  found: 'info',
  absent: 'warn',
  own: 'warn',
  forbidden: 'error',
  unanswered: 'warn',
};

const WORDS: Readonly<Record<Finding, string>> = {
  found: 'Home Assistant has told where its MQTT broker is',
  absent:
    'Home Assistant has no MQTT broker at the moment, asking on: start the Mosquitto app, or switch use_home_assistant_broker off for one of our own',
  own: 'the MQTT broker that Home Assistant knows is our own, from when it was provided: restart the host, or switch use_home_assistant_broker off',
  forbidden: 'Home Assistant does not let us ask for its MQTT broker, asking on',
  unanswered: 'Home Assistant could not be asked for its MQTT broker, asking on',
};

function addressOf({ host, port, ssl, username, password }: MqttService, ca: string | undefined): BrokerAddress {
  return {
    protocol: ssl ? 'mqtts' : 'mqtt',
    host,
    port,
    ...(username ? { username } : {}),
    ...(username && password !== undefined ? { password } : {}),
    ...(ssl && ca !== undefined ? { tls: { ca } } : {}),
  };
}
