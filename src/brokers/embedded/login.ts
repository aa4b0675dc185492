/** Owns how a connection to the embedded broker becomes an account's; it answers every failed CONNECT and sees no message. */

import type { AedesOptions, Client } from 'aedes';
import type { Account, AccountDirectory } from '../../core/accounts/accounts.ts';
import type { BrokerObserver } from '../../core/instances/usage/broker-observer.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Acl } from '../acl.ts';
import type { BrokerLimits } from '../limits.ts';
import type { ConnectedClient, ConnectedClients } from './connected-clients.ts';
import { scopedId } from './kept/scoped-id.ts';
import type { KeptSessions } from './kept/sessions.ts';
import { REASON, RETURN_CODE } from './reason-codes.ts';

export interface LoginSetup {
  readonly directory: AccountDirectory;
  readonly acl: Acl;
  readonly connected: ConnectedClients;
  readonly sessions: KeptSessions;
  readonly limits: BrokerLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly observer: BrokerObserver;
  readonly addressOf: (client: Client) => string | undefined;
}

type LoginHooks = Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>>;

export function loginHooks(setup: LoginSetup): LoginHooks {
  const { directory, acl, connected, sessions, limits, clock, log, observer, addressOf } = setup;
  const willTopics = new WeakMap<Client, string>();
  const resuming = new WeakSet<Client>();

  return {
    preConnect(client, packet, proceed) {
      if (packet.will !== undefined) willTopics.set(client, packet.will.topic);
      if (packet.clean === false) resuming.add(client);
      proceed(null, true);
    },

    authenticate(client, username, password, done) {
      const address = addressOf(client);
      const refuse = (returnCode: number, why: string) => {
        log.info({ username, address, clientId: client.id, why }, 'a broker login was refused');
        if (username !== undefined) observer.refused(username);
        done(Object.assign(new Error(why), { returnCode }), null);
      };
      if (username === undefined || password === undefined) {
        refuse(RETURN_CODE.badUserOrPassword, 'no user name or no password');
        return;
      }
      directory.login({ username, password: password.toString(), address }).then(
        (account) => {
          if (client.closed) return;
          const refusal = account && refusalOf(client, account);
          if (account === undefined) refuse(RETURN_CODE.badUserOrPassword, 'unknown user name or wrong password');
          else if (refusal === 'quota') turnAway(client, username, REASON.quotaExceeded, 'too many connections');
          else if (refusal !== undefined) refuse(RETURN_CODE.notAuthorized, refusal);
          else {
            welcome(client, account, address);
            done(null, true);
          }
        },
        (error: unknown) => {
          if (client.closed) return;
          if (error instanceof ApiError && error.code === 'rate_limited') {
            turnAway(client, username, REASON.connectionRateExceeded, 'too many failed logins');
            return;
          }
          log.error({ err: error, username, address }, 'a broker login could not be checked');
          refuse(RETURN_CODE.serverUnavailable, 'the login could not be checked');
        },
      );
    },
  };

  function refusalOf(client: Client, account: Account): string | undefined {
    if (!directory.isCurrent(account)) return 'the account has just lost its rights';
    const willTopic = willTopics.get(client);
    // A will outside would otherwise be dropped in silence when it is due.
    if (willTopic !== undefined && !acl.publish(account, willTopic).allowed) return 'its will may not be published';
    const beside = connected.countBeside(account.key, scopedId(account.key, client.id));
    return beside >= limits.connectionsPerAccount ? 'quota' : undefined;
  }

  /** From here on the client id is the account's own: nobody else can take over the connection or open the session. */
  function welcome(client: Client, account: Account, address: string | undefined): void {
    const clientId = client.id;
    const id = scopedId(account.key, clientId);
    client.id = id;
    // aedes would throw away the queue of a MQTT 5 client that comes back for the last time (Clean Start 0, expiry 0).
    if (resuming.has(client)) client.clean = false;
    const welcomed: ConnectedClient = { account, clientId, address, since: clock.now(), client, isRefused: false };
    connected.add(id, welcomed);
    sessions.open(id, !client.clean);
    observer.connected(account, welcomed);
    client.conn.once('close', () => {
      observer.disconnected(account, welcomed);
      if (!connected.remove(id, welcomed)) return;
      if (client.clean) sessions.forget(id);
      else sessions.leave(id);
    });
    log.debug({ account: account.key, address, clientId, version: client.version }, 'a client logged in');
  }

  /** A CONNACK with a code that aedes cannot send. MQTT 3.1.1 has only "not authorized" and "server unavailable". */
  function turnAway(client: Client, username: string, reasonCode: number, why: string): void {
    log.info({ username, address: addressOf(client), clientId: client.id, why }, 'a broker login was refused');
    observer.refused(username);
    const returnCode = reasonCode === REASON.quotaExceeded ? RETURN_CODE.serverUnavailable : RETURN_CODE.notAuthorized;
    const connack = client.version === 5 ? [0x20, 3, 0, reasonCode, 0] : [0x20, 2, 0, returnCode];
    client.conn.end(Buffer.from(connack), () => client.close());
  }
}
