/** Owns the app inside Home Assistant: the service, the way in through the sidebar, and the broker that is searched or offered. */

import { readFileSync } from 'node:fs';
import { startApp } from '../src/app/app.ts';
import { toldBroker } from '../src/brokers/external/broker-source.ts';
import { createClosers } from '../src/core/lifecycle.ts';
import type { Clock } from '../src/core/ports.ts';
import type { LineLog } from '../src/log.ts';
import { askCoreForAdministrators } from './administrators.ts';
import type { AppConfig } from './app-config.ts';
import { offerBroker } from './broker-offer.ts';
import { searchBroker } from './broker-search.ts';
import { openIngress } from './ingress.ts';
import { connectSupervisor, type SupervisorAddress } from './supervisor.ts';

export interface Place {
  readonly supervisor: SupervisorAddress;
  /** Address of the proxy in front of us, and the port that it comes to. */
  readonly ingress: { readonly proxy: string; readonly port: number };
  /** Our name on the network of the apps. */
  readonly hostname: string;
}

interface Surroundings {
  readonly log: LineLog;
  readonly clock: Clock;
  /** Gives numbers in [0, 1), for the pauses between questions. */
  readonly random?: () => number;
}

export interface HomeAssistantApp {
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly ingressPort: number;
  readonly generatedPassword: string | undefined;
  reload(): void;
  close(): Promise<void>;
}

/** As Mosquitto's app calls the account that Home Assistant has there. */
const BORROWER = 'homeassistant';
const REFUSAL_MS = 1000;

/** Neither Supervisor nor a broker has to be there. @throws what kept a part from starting, after the others were closed again */
export async function startHomeAssistantApp(
  config: AppConfig,
  { log, clock, random = Math.random }: Surroundings,
  place: Place,
): Promise<HomeAssistantApp> {
  const closers = createClosers(log);
  const surroundings = { log, clock, random, supervisor: connectSupervisor(place.supervisor, clock) };
  const { usesHomeAssistantBroker, brokerCa, providesBroker, ingressRole } = config.app;
  try {
    const broker = usesHomeAssistantBroker ? toldBroker() : undefined;
    const { supervisor } = surroundings;
    const restart = () => whenBegun(supervisor.restart(), clock);
    const { door, ...app } = await startApp(config, { log, clock, broker, restart, pageUrl: pageOf(place.hostname) });
    let ingressClosed: Promise<void> | undefined;
    closers.add('service', async () => void (await Promise.all([app.close(), ingressClosed])));
    const { host } = config.http;
    const administrators = askCoreForAdministrators({ supervisor: place.supervisor, clock, log });
    const roleOf = async (userId: string) => ((await administrators.includes(userId)) ? 'admin' : ingressRole);
    const ingress = await openIngress({ ...place.ingress, door, roleOf, host, clock, log });
    // Not waited for here: a request that hangs, as Socket.IO's do, is ended by the service.
    closers.add('ingress', () => {
      ingressClosed = ingress.close();
    });
    if (broker) {
      const ca = brokerCa === undefined ? undefined : readFileSync(brokerCa, 'utf8');
      closers.add('broker search', searchBroker({ ...surroundings, broker, ownHost: place.hostname, ca }));
    }
    if (providesBroker) {
      const account = await door.lendAccount(BORROWER);
      const offered = { host: place.hostname, port: app.mqttPort, ...account };
      closers.add('broker offer', offerBroker({ ...surroundings, broker: offered }));
    }
    return { ...app, ingressPort: ingress.port, close: () => closers.close() };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Where the frontend of Home Assistant shows our page. Our name on the network is the slug, whose underscores no name may have. */
function pageOf(hostname: string): string {
  return `homeassistant://hassio/ingress/${hostname.replaceAll('-', '_')}`;
}

/** Supervisor stops us before it answers, and answers only where it does not. */
function whenBegun(restarting: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(REFUSAL_MS, resolve);
    restarting.then(resolve, reject).finally(cancel);
  });
}
