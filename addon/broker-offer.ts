/** Owns offering our broker to Home Assistant and its apps. It steps back for another one, and takes nothing back: what is there is somebody's. */

import type { Log } from '../src/core/ports.ts';
import { ApiError } from '../src/protocol/api-error.ts';
import { keepAsking, type Rhythm } from './keep-asking.ts';
import type { MqttService, OfferedBroker, Supervisor } from './supervisor.ts';

interface Setup extends Rhythm {
  readonly supervisor: Supervisor;
  readonly broker: OfferedBroker;
  readonly log: Log;
}

type Outcome = 'provided' | 'taken' | 'outdated' | 'failed';

/** The result ends it; Home Assistant keeps what it was told. */
export function offerBroker({ supervisor, broker, log, ...rhythm }: Setup): () => void {
  const { host, port } = broker;
  let last: Outcome | undefined;
  let isAnnounced = false;

  async function offer(): Promise<Exclude<Outcome, 'failed'>> {
    const known = await supervisor.mqttService();
    if (known && known.host !== host) return 'taken';
    if (known && !isSame(known, broker)) return 'outdated';
    if (!known && !(await supervisor.provideMqtt(broker))) return 'taken';
    if (!isAnnounced) await supervisor.announceMqtt(broker);
    isAnnounced = true;
    return 'provided';
  }

  async function attempt(): Promise<{ outcome: Outcome; reason?: string }> {
    try {
      return { outcome: await offer() };
    } catch (error) {
      const { message } = error instanceof ApiError ? error : new ApiError('internal', { cause: error });
      return { outcome: 'failed', reason: message };
    }
  }

  return keepAsking(rhythm, async () => {
    const { outcome, reason } = await attempt();
    if (outcome !== last) log[outcome === 'provided' ? 'info' : 'warn']({ host, port, reason }, WORDS[outcome]);
    last = outcome;
    return outcome !== 'failed';
  });
}

const WORDS: Readonly<Record<Outcome, string>> = {
  provided: 'our MQTT broker is provided to Home Assistant and its apps',
  taken: 'another app provides the MQTT broker of Home Assistant: ours is not offered while it does',
  outdated: 'Home Assistant knows our MQTT broker with an older login: restart the host to have it forgotten',
  failed: 'our MQTT broker could not be offered to Home Assistant, trying on',
};

function isSame(known: MqttService, { port, username, password }: OfferedBroker): boolean {
  return known.port === port && known.username === username && known.password === password;
}
