/** Owns a mosquitto with a provisioner for one suite, and a way to change its accounts behind the provisioner's back. */

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createMosquittoProvisioner, type MosquittoSetup } from '../../../src/brokers/mosquitto/mosquitto.ts';
import type { Provisioner } from '../../../src/core/instances/provisioner.ts';
import type { Backdoor } from '../../contracts/provisioner/under-test.ts';
import { type RecordingLog, recordingLog } from '../recording-log.ts';
import { systemClock } from '../system-clock.ts';
import { type DynsecMosquitto, startDynsecMosquitto } from './mosquitto-dynsec.ts';
import { connectClient, type TestClient, type TestClientOptions } from './mqtt-client.ts';

export interface MosquittoInstances {
  readonly provisioner: Provisioner;
  readonly mosquitto: DynsecMosquitto;
  readonly log: RecordingLog;
  readonly backdoor: Backdoor;
  /** A further provisioner at the same broker. */
  open(options?: Partial<MosquittoSetup>): Provisioner;
  connect(username: string, password: string, options?: Partial<TestClientOptions>): Promise<TestClient>;
  stop(): Promise<void>;
}

export async function startMosquittoInstances(options: Partial<MosquittoSetup> = {}): Promise<MosquittoInstances> {
  const mosquitto = await startDynsecMosquitto();
  const log = recordingLog();
  const opened: Provisioner[] = [];
  const open: MosquittoInstances['open'] = (changes = {}) => {
    const provisioner = createMosquittoProvisioner({
      address: mosquitto.control,
      installation: 'test',
      log,
      clock: systemClock,
      // The shortest pauses between attempts.
      random: () => 0,
      secrets: { newPassword: (length) => randomBytes(length).toString('hex').slice(0, length) },
      ...changes,
    });
    opened.push(provisioner);
    return provisioner;
  };

  return {
    provisioner: open(options),
    mosquitto,
    log,
    open,
    backdoor: backdoorOf(mosquitto),
    connect: (username, password, more = {}) => connectClient({ url: mosquitto.url, username, password, ...more }),
    async stop() {
      for (const provisioner of opened) await provisioner.close();
      await mosquitto.stop();
    },
  };
}

/** What an administrator does by hand. */
function backdoorOf({ control }: DynsecMosquitto): Backdoor {
  const login = ['-h', control.host, '-p', String(control.port), '-u', control.username, '-P', control.password];
  const dynsec = async (...words: string[]) => {
    execFileSync('mosquitto_ctrl', [...login, 'dynsec', ...words], { stdio: 'ignore' });
  };
  return {
    addStranger: (username, password) => dynsec('createClient', username, '-p', password),
    lose: (username) => dynsec('deleteClient', username),
    disable: (username) => dynsec('disableClient', username),
  };
}
