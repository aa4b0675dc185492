/** Owns the connection to mosquitto's control topic: opened in the background for ever, and usable once every default is denied. */

import { mqttOptions, type ProtocolVersion, placeText } from '../../connection/mqtt-options.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { BrokerAddress } from '../link/address.ts';
import type { Ending } from '../link/connection.ts';
import { outageLog } from '../link/outage-log.ts';
import { keepConnected } from '../link/reconnection.ts';
import { openSession, type Session } from '../link/session.ts';
import { type Answer, type Command, DENY_DEFAULTS, deniesAll, GET_DEFAULTS, RESPONSE_TOPIC } from './commands.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { openCommandQueue } from './queue.ts';

export interface ControlSetup {
  /** With an account that may use the control topic. */
  readonly address: BrokerAddress;
  /** Nobody may guess it: whoever connects under the same one throws us out. */
  readonly clientId: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long a command waits for a connection, and a message of commands for its answer. */
  readonly timeoutMs: number;
  /** Each time that commands can be given again. */
  readonly onUp: () => void;
}

export interface Control {
  /** Resolves with one answer per command, errors of the plugin included. @throws ApiError `unavailable` */
  ask(commands: readonly Command[]): Promise<Answer[]>;
  close(): Promise<void>;
}

/** Returns at once, whether or not the broker is there. */
export function openControl({ address, clientId, clock, random, timeoutMs, onUp, ...setup }: ControlSetup): Control {
  const log = setup.log.child({ broker: placeText(address), use: 'instances' });
  const outages = outageLog(() => log);
  const queue = openCommandQueue(clock, timeoutMs);
  let session: Session | undefined;
  let leaving = false;
  const connection = keepConnected({ clock, random, connectOnce, onDown: outages.down });

  async function connectOnce(version: ProtocolVersion): Promise<Ending> {
    let exchange: Exchange | undefined;
    try {
      const { connect } = await import('mqtt');
      session = openSession(connect, mqttOptions(address, clientId, version), ({ topic, payload }) =>
        exchange?.receive(topic, payload),
      );
      exchange = openExchange(session, clientId, clock, timeoutMs);
      if (leaving) session.drop(new Error('closing'));
      if (await session.accepted) await prepare(session, exchange, version);
      return await session.ended;
    } catch (error) {
      const reason = errorOf(error);
      session?.drop(reason);
      return { reason: reason.message, code: undefined, accepted: false, hungUp: false };
    } finally {
      queue.shut('the connection to it was lost');
      session = undefined;
    }
  }

  async function prepare(current: Session, exchange: Exchange, version: ProtocolVersion): Promise<void> {
    try {
      await current.subscribe(RESPONSE_TOPIC);
      await denyDefaults(exchange);
    } catch (error) {
      return current.drop(errorOf(error));
    }
    outages.up(version);
    queue.open(exchange.ask);
    onUp();
  }

  /** Written only where it must be: each change makes the broker save all its accounts. */
  async function denyDefaults({ ask }: Exchange): Promise<void> {
    const [found] = await ask([GET_DEFAULTS]);
    if (found !== undefined && deniesAll(found)) return;
    log.warn({}, 'the default access of the MQTT broker was not to deny everything, changing it');
    const [, now] = await ask([DENY_DEFAULTS, GET_DEFAULTS]);
    if (now === undefined || !deniesAll(now)) throw new Error('its default access cannot be set to deny everything');
  }

  return {
    ask: queue.ask,
    async close() {
      leaving = true;
      const stopped = connection.stop();
      session?.drop(new Error('closing'));
      await stopped;
      queue.shut('the service stops');
    },
  };
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
