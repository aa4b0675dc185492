/** Owns the trial of somebody's broker: whether it lets a login in. One connection that asks for nothing; of what the other says, only the kind of it is told. */

import type { IClientOptions, MqttClient } from 'mqtt';
import { mqttOptions, type ProtocolVersion } from '../../connection/mqtt-options.ts';
import { watchConnection } from '../link/connection.ts';

/** As a look at a camera has it. */
export type BrokerFinding = 'up' | 'refused' | 'unauthorised' | 'unverified' | 'silent' | 'unreachable' | 'broken';

export interface BrokerTrial {
  readonly protocol: 'mqtt' | 'mqtts';
  readonly host: string;
  readonly port: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

interface Surroundings {
  /** The address that a name has now; undefined where it has none, or none that may be connected to. */
  readonly resolve: (host: string) => Promise<string | undefined>;
  readonly clientId: string;
  readonly stopped: AbortSignal;
}

const TIMEOUT_MS = 5000;
/** Bad user name or password, not authorised: of MQTT 3.1.1 and of MQTT 5. */
const LOGIN_REFUSED: readonly unknown[] = [4, 5, 134, 135];
/** It does not speak this version: of both. */
const VERSION_REFUSED: readonly unknown[] = [1, 132];
const FINDINGS: ReadonlyMap<string, BrokerFinding> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'silent'],
]);

/** Never rejects. */
export async function tryBroker(
  trial: BrokerTrial,
  { resolve, clientId, stopped }: Surroundings,
): Promise<BrokerFinding> {
  const { host } = trial;
  const address = await resolve(host);
  if (address === undefined || stopped.aborted) return 'unreachable';
  // The name was looked up and allowed; it shall not lead elsewhere a moment later.
  const tls = trial.protocol === 'mqtts' && address !== host ? { servername: host } : {};
  const target = { ...trial, host: address, tls };
  const once = async (version: ProtocolVersion) =>
    connectOnce({ ...mqttOptions(target, clientId, version), connectTimeout: TIMEOUT_MS }, stopped);
  const first = await once(5);
  return first === 'another-version' ? known(await once(4)) : first;
}

async function connectOnce(options: IClientOptions, stopped: AbortSignal): Promise<BrokerFinding | 'another-version'> {
  try {
    const { connect } = await import('mqtt');
    const client = connect(options);
    const codes = codesOf(client);
    const connection = watchConnection(client);
    const stop = () => connection.drop(new Error('closing'));
    stopped.addEventListener('abort', stop, { once: true });
    if (await connection.accepted) client.end();
    const { accepted, code, hungUp } = await connection.ended;
    stopped.removeEventListener('abort', stop);
    if (accepted) return 'up';
    if (code !== undefined) return refusal(code);
    return hungUp && codes.length === 0 ? 'another-version' : findingOf(codes);
  } catch {
    // Options that cannot be used.
    return 'broken';
  }
}

function refusal(code: number): BrokerFinding | 'another-version' {
  if (VERSION_REFUSED.includes(code)) return 'another-version';
  return LOGIN_REFUSED.includes(code) ? 'unauthorised' : 'broken';
}

function known(finding: BrokerFinding | 'another-version'): BrokerFinding {
  return finding === 'another-version' ? 'broken' : finding;
}

/** Texts of errors are for whoever wrote them; their codes say enough. */
function codesOf(client: MqttClient): string[] {
  const codes: string[] = [];
  const note = (error: Error) => codes.push('code' in error ? String(error.code) : error.message);
  client.on('error', note);
  client.stream.on('error', note);
  return codes;
}

function findingOf(codes: readonly string[]): BrokerFinding {
  for (const code of codes) {
    const finding = FINDINGS.get(code);
    if (finding) return finding;
    if (/CERT|^UNABLE_TO|SELF_SIGNED|HOSTNAME_MISMATCH|not authorized/.test(code)) return 'unverified';
    if (/timeout/i.test(code)) return 'silent';
  }
  return 'broken';
}
