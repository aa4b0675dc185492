/** Owns one look at an RTSP camera: OPTIONS, where that is not spared, and DESCRIBE. Opens no stream. Tells what is wrong apart. */

import { randomBytes } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import type { Finding } from '../core/cameras/facts.ts';
import type { Clock } from '../core/ports.ts';
import { authorize, type Credentials } from './authorization.ts';
import { openRtsp, type RtspConnection } from './rtsp-connection.ts';
import { formatRequest, type RtspResponse } from './rtsp-message.ts';

export const PROBE_TIMEOUT_MS = 3000;

interface Options {
  readonly clock: Clock;
  /** Breaks the probe off; what it then finds means nothing. */
  readonly stopped: AbortSignal;
  /** Whoever pulls the camera trusts no certificate that cannot be verified. */
  readonly mustVerify?: boolean;
  /** SHA-256 of the camera's own certificate, in hex: then that one is trusted. */
  readonly fingerprint?: string | undefined;
  /** In place of the system's, for an address that somebody names. */
  readonly lookup?: LookupFunction;
  /** Half the work, for a camera that was up a moment ago: a fault that is found so wants a second, full look. */
  readonly isBrief?: boolean;
  /** For what has to wake up first. */
  readonly timeoutMs?: number;
}

/**
 * What is told apart:
 * - `unauthorised`: it is there, and does not take the name and password it was given, if any
 * - `unverified`: it is there, and its certificate does not show that it is itself: no password goes to it
 * - `wrong-path`: it is there, and has no such stream
 * - `refused`: the host is there, and nothing listens
 * - `silent`: nobody says anything in time
 * - `unreachable`: there is no way to the host, or no such name
 * - `broken`: it answers, and not with a stream
 *
 * Never rejects.
 * @param url an rtsp or rtsps URL, with credentials where the camera wants them
 */
export async function probe(
  url: string,
  { clock, stopped, isBrief = false, timeoutMs = PROBE_TIMEOUT_MS, ...trust }: Options,
): Promise<Finding> {
  let isLate = false;
  let connection: RtspConnection | undefined;
  const breakOff = () => connection?.close();
  const cancel = clock.after(timeoutMs, () => {
    isLate = true;
    breakOff();
  });
  stopped.addEventListener('abort', breakOff);
  try {
    const target = new URL(url);
    connection = openRtsp(target, trust.fingerprint, trust.lookup);
    await connection.connected;
    if (trust.mustVerify === true && !connection.isTrusted()) return 'unverified';
    return await inquire(connection, target, isBrief);
  } catch (error) {
    return isLate ? 'silent' : faultOf(error);
  } finally {
    cancel();
    stopped.removeEventListener('abort', breakOff);
    breakOff();
  }
}

async function inquire(connection: RtspConnection, target: URL, isBrief: boolean): Promise<Finding> {
  const uri = withoutCredentials(target);
  let cSeq = 0;
  const ask = (method: 'OPTIONS' | 'DESCRIBE', authorization?: string) => {
    cSeq += 1;
    return connection.ask(formatRequest({ method, uri, cSeq, authorization }));
  };
  // Some wake up by it; some do not know it, or want a login first. DESCRIBE decides.
  if (!isBrief) await ask('OPTIONS');
  const first = await ask('DESCRIBE');
  if (first.status !== 401) return findingOf(first);
  const credentials = credentialsOf(target);
  if (!credentials) return 'unauthorised';
  const asked = { method: 'DESCRIBE', uri, clientNonce: randomBytes(8).toString('hex') };
  const challenges = first.headers.get('www-authenticate') ?? [];
  const authorization = authorize(challenges, credentials, { ...asked, allowsBasic: connection.isTrusted() });
  if (authorization !== undefined) return findingOf(await ask('DESCRIBE', authorization));
  // With a certificate that shows who it is, it would have been told the password.
  return connection.isTrusted() || !authorize(challenges, credentials, { ...asked, allowsBasic: true })
    ? 'unauthorised'
    : 'unverified';
}

function findingOf({ status, body }: RtspResponse): Finding {
  if (status === 200) return body.trimStart().startsWith('v=0') ? 'up' : 'broken';
  if (status === 401 || status === 403) return 'unauthorised';
  return status === 404 || status === 454 ? 'wrong-path' : 'broken';
}

function faultOf(error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'silent';
  return /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|EAI_)/.test(code) ? 'unreachable' : 'broken';
}

function withoutCredentials(target: URL): string {
  const bare = new URL(target);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

function credentialsOf({ username, password }: URL): Credentials | undefined {
  if (username === '' && password === '') return undefined;
  return { username: decoded(username), password: decoded(password) };
}

/** People write a percent sign where they mean one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
