/** Owns whether a CONNECT is welcome, as what, and what it is promised (MQTT 5.0, 3.1.4); it opens nothing. */

import type { Account } from '../../../core/accounts/accounts.ts';
import { RETRY_AFTER_SECONDS } from '../../../core/accounts/guesses.ts';
import { networkOf } from '../../../core/network.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import type { Claim } from '../backbone/backbone.ts';
import type { Core } from '../core.ts';
import { encode } from '../packets/encode.ts';
import type { ConnackProperties, Connect, Level } from '../packets/packet.ts';
import { REASON } from '../packets/reason-codes.ts';
import type { Transport } from './transport.ts';

export interface Welcome {
  readonly account: Account;
  /** Its own, or one of our choice. */
  readonly clientId: string;
  /** How long its session outlives a connection. */
  readonly expirySeconds: number;
  readonly connack: ConnackProperties;
  /** On its client id, where other brokers could have it: to be released when the connection is gone. */
  readonly claim?: Claim;
}

interface Refusal {
  readonly reasonCode: number;
  readonly why: string;
}

type Peer = Pick<Transport, 'address' | 'certificateName'>;

const UNKNOWN: Refusal = { reasonCode: REASON.badUserNameOrPassword, why: 'unknown user name or wrong password' };
const LOST: Refusal = { reasonCode: REASON.notAuthorized, why: 'the account has just lost its rights' };
// A will outside would otherwise be dropped in silence when it is due (I-32).
const FOREIGN_WILL: Refusal = { reasonCode: REASON.notAuthorized, why: 'its will may not be published' };
const ELSEWHERE: Refusal = {
  reasonCode: REASON.serverBusy,
  why: 'the same client has come to another broker just now',
};
const TOO_LARGE: Refusal = {
  reasonCode: REASON.packetTooLarge,
  why: 'it takes no packet that is as large as its CONNACK [MQTT-3.1.2-24]',
};

/** Never rejects. */
export async function greet(core: Core, packet: Connect, peer: Peer): Promise<Welcome | Refusal> {
  const outcome = await judge(core, packet, peer);
  if ('account' in outcome) return await claimed(core, outcome, packet.cleanStart);
  const { username, clientId } = packet;
  const fields = { username, address: peer.address, clientId, why: outcome.why };
  core.refusals.info(`login ${networkOf(peer.address)}`, fields, 'a broker login was refused');
  if (username !== undefined) core.observer.refused(username);
  return outcome;
}

/** Its session is nobody else's from now on. */
async function claimed(core: Core, welcome: Welcome, cleanStart: boolean): Promise<Welcome | Refusal> {
  const { backbone, directory, log } = core;
  try {
    const claim = await backbone.claim(welcome.account, welcome.clientId, cleanStart);
    if (claim === undefined) return welcome;
    if (!claim.isLost && directory.isCurrent(welcome.account)) return { ...welcome, claim };
    claim.release();
    return claim.isLost ? ELSEWHERE : LOST;
  } catch (error) {
    log.warn({ err: error, account: welcome.account.key }, 'a login had to be refused: its session could not be read');
    return { reasonCode: REASON.serverUnavailable, why: 'its session could not be read' };
  }
}

async function judge(core: Core, packet: Connect, peer: Peer): Promise<Welcome | Refusal> {
  const { level, clientId, cleanStart, properties, will } = packet;
  if (properties.authenticationMethod !== undefined) {
    return { reasonCode: REASON.badAuthenticationMethod, why: 'no authentication method is known here' };
  }
  if (level !== 5 && clientId === '' && !cleanStart) {
    return { reasonCode: REASON.clientIdNotValid, why: 'a session that is to be kept needs a client id' };
  }
  if (!core.keeper.mayOpen(clientId)) {
    return { reasonCode: REASON.clientIdNotValid, why: 'its client id is too long to be kept' };
  }
  try {
    const account = await logIn(core, packet, peer);
    if (account === undefined) return UNKNOWN;
    if (!core.directory.isCurrent(account)) return LOST;
    if (will !== undefined && !core.acl.publish(account, will.topic).allowed) return FOREIGN_WILL;
    const welcomed = welcome(core, packet, account);
    return fits(welcomed, packet) ? welcomed : TOO_LARGE;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'rate_limited') return tooMany(error);
    core.log.error(
      { err: error, username: packet.username, address: peer.address },
      'a broker login could not be checked',
    );
    return { reasonCode: REASON.serverUnavailable, why: 'the login could not be checked' };
  }
}

/** Who only comes with many others is to come again: after "not authorised" some clients ask for another password, and wait for ever. */
function tooMany({ retryAfterSeconds }: ApiError): Refusal {
  if (retryAfterSeconds === RETRY_AFTER_SECONDS.noPlace) {
    return { reasonCode: REASON.serverBusy, why: 'too many logins at once' };
  }
  return { reasonCode: REASON.connectionRateExceeded, why: 'too many failed logins' };
}

async function logIn({ directory }: Core, packet: Connect, peer: Peer): Promise<Account | undefined> {
  const { username, password } = packet;
  const { certificateName, address } = peer;
  if (certificateName !== undefined && password === undefined) {
    return username === undefined || username === certificateName
      ? directory.loginByCertificate(certificateName)
      : undefined;
  }
  if (username === undefined || password === undefined) return undefined;
  return directory.login({ username, password: password.toString(), address });
}

function welcome({ uses, limits, topics, newClientId }: Core, packet: Connect, account: Account): Welcome {
  const { level, properties } = packet;
  const clientId = packet.clientId === '' ? newClientId() : packet.clientId;
  const expirySeconds = expiryOf(packet, limits.sessionExpirySeconds);
  const connack: ConnackProperties = {
    ...(packet.clientId === '' && { assignedClientId: clientId }),
    ...(expirySeconds !== (properties.sessionExpirySeconds ?? 0) && { sessionExpirySeconds: expirySeconds }),
    receiveMaximum: limits.receiveMaximum,
    maximumPacketBytes: uses.limitsOf(account).packetBytes,
    topicAliasMaximum: limits.topicAliases,
    ...(properties.requestResponseInformation === true && { responseInformation: topics.responsePrefix }),
  };
  return { account, clientId, expirySeconds, connack: level === 5 ? connack : {} };
}

function fits({ connack }: Welcome, { level, properties: { maximumPacketBytes } }: Connect): boolean {
  if (maximumPacketBytes === undefined) return true;
  const packet = { kind: 'connack', sessionPresent: false, reasonCode: REASON.success, properties: connack } as const;
  return encode(packet, level).length <= maximumPacketBytes;
}

/** MQTT 3.1.1 keeps a session that is not clean for as long as the server likes (3.1.2.4). */
function expiryOf({ level, cleanStart, properties }: Connect, longestSeconds: number): number {
  if (level === 5) return Math.min(properties.sessionExpirySeconds ?? 0, longestSeconds);
  return cleanStart ? 0 : longestSeconds;
}

/** Before MQTT 5 there are five codes (3.1.1, 3.2.2.3); what they do not cover is closed without a word. */
export function connackCode(level: Level, reasonCode: number): number | undefined {
  if (level === 5) return reasonCode;
  switch (reasonCode) {
    case REASON.unsupportedProtocolVersion:
      return 1;
    case REASON.clientIdNotValid:
      return 2;
    case REASON.serverUnavailable:
    case REASON.serverBusy:
    case REASON.quotaExceeded:
      return 3;
    case REASON.badUserNameOrPassword:
      return 4;
    case REASON.notAuthorized:
    case REASON.connectionRateExceeded:
      return 5;
    default:
      return undefined;
  }
}
