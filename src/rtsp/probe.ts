/** Owns one look at an RTSP camera: OPTIONS, then DESCRIBE. Opens no stream. Tells what is wrong apart. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/ports.ts';
import { authorize, type Credentials } from './authorization.ts';
import { connectRtsp, type RtspConnection } from './rtsp-connection.ts';
import { formatRequest, type RtspResponse } from './rtsp-message.ts';

/**
 * - `unauthorised`: it is there, and does not take the name and password it was given, if any
 * - `wrong-path`: it is there, and has no such stream
 * - `refused`: the host is there, and nothing listens
 * - `silent`: nobody says anything in time
 * - `unreachable`: there is no way to the host, or no such name
 * - `broken`: it answers, and not with a stream
 */
export type Finding = 'up' | 'unauthorised' | 'wrong-path' | 'refused' | 'silent' | 'unreachable' | 'broken';

export const PROBE_TIMEOUT_MS = 3000;

/**
 * Never rejects.
 * @param url an rtsp or rtsps URL, with credentials where the camera wants them
 * @param stopped breaks the probe off; what it then finds means nothing
 */
export async function probe(url: string, clock: Clock, stopped: AbortSignal): Promise<Finding> {
  const timeout = new AbortController();
  const cancel = clock.after(PROBE_TIMEOUT_MS, () => timeout.abort());
  let connection: RtspConnection | undefined;
  try {
    const target = new URL(url);
    connection = await connectRtsp(target, AbortSignal.any([timeout.signal, stopped]));
    return await inquire(connection, target);
  } catch (error) {
    return timeout.signal.aborted ? 'silent' : faultOf(error);
  } finally {
    cancel();
    connection?.close();
  }
}

async function inquire(connection: RtspConnection, target: URL): Promise<Finding> {
  const uri = withoutCredentials(target);
  let cSeq = 0;
  const ask = (method: 'OPTIONS' | 'DESCRIBE', authorization?: string) => {
    cSeq += 1;
    return connection.ask(formatRequest({ method, uri, cSeq, authorization }));
  };
  // Some wake up by it; some do not know it, or want a login first. DESCRIBE decides.
  await ask('OPTIONS');
  const first = await ask('DESCRIBE');
  if (first.status !== 401) return findingOf(first);
  const credentials = credentialsOf(target);
  const authorization =
    credentials &&
    authorize(first.headers.get('www-authenticate') ?? [], credentials, {
      method: 'DESCRIBE',
      uri,
      clientNonce: randomBytes(8).toString('hex'),
      allowsBasic: target.protocol === 'rtsp:' || connection.isVerified,
    });
  return authorization === undefined ? 'unauthorised' : findingOf(await ask('DESCRIBE', authorization));
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
