/** Owns a stream that Google serves, as it is asked for, extended and stopped: the commands, and how their results are read. */

import type { JsonObject } from '../../protocol/envelope.ts';
import { isObject } from '../../protocol/envelope.ts';
import { type Answer, failed, granted } from '../answer.ts';
import type { Sdm } from '../sdm.ts';

/** Which device, and whose login opens it. */
export interface Target {
  readonly credentialId: string;
  readonly device: string;
}

interface Lasting {
  readonly target: Target;
  readonly expiresAtMs: number;
}

export interface RtspSession extends Lasting {
  readonly protocol: 'RTSP';
  /** Carries the token that Google lets a client in with. */
  readonly url: string;
  /** Good for one extension: the answer to it has the next. */
  readonly extensionToken: string;
}

export interface WebRtcSession extends Lasting {
  readonly protocol: 'WEB_RTC';
  readonly mediaSessionId: string;
}

export type Session = RtspSession | WebRtcSession;

/** What a request may take on its way: nearer than this to its end, a session counts as expired. */
export const MARGIN_MS = 5000;

export function isOver({ expiresAtMs }: Lasting, nowMs: number): boolean {
  return nowMs >= expiresAtMs - MARGIN_MS;
}

export async function generateRtsp(sdm: Sdm, target: Target): Promise<Answer<RtspSession>> {
  const answer = await sdm.execute({ ...target, name: 'GenerateRtspStream', params: {} });
  if (!answer.ok) return answer;
  const { streamUrls, streamExtensionToken: extensionToken } = answer.value;
  const url = isObject(streamUrls) ? streamUrls['rtspUrl'] : undefined;
  const expiresAtMs = expiryOf(answer.value);
  const isUrl = isText(url) && /^rtsps?:\/\/[^\s]+$/.test(url);
  if (!isUrl || !isText(extensionToken) || expiresAtMs === undefined) return UNREADABLE;
  return granted({ protocol: 'RTSP', target, url, extensionToken, expiresAtMs });
}

export async function generateWebRtc(
  sdm: Sdm,
  target: Target,
  offerSdp: string,
): Promise<Answer<{ session: WebRtcSession; answerSdp: string }>> {
  const answer = await sdm.execute({ ...target, name: 'GenerateWebRtcStream', params: { offerSdp } });
  if (!answer.ok) return answer;
  const { answerSdp, mediaSessionId } = answer.value;
  const expiresAtMs = expiryOf(answer.value);
  if (!isText(answerSdp) || !isText(mediaSessionId) || expiresAtMs === undefined) return UNREADABLE;
  return granted({ session: { protocol: 'WEB_RTC', target, mediaSessionId, expiresAtMs }, answerSdp });
}

/** Answers the session as it goes on; the one given is of no use any more. @param notAfterMs when it is too late to ask */
export async function extend(sdm: Sdm, session: Session, notAfterMs: number): Promise<Answer<Session>> {
  const isRtsp = session.protocol === 'RTSP';
  const answer = await sdm.execute({
    ...session.target,
    name: isRtsp ? 'ExtendRtspStream' : 'ExtendWebRtcStream',
    params: handleOf(session),
    isUrgent: true,
    notAfterMs,
  });
  if (!answer.ok) return answer;
  const expiresAtMs = expiryOf(answer.value);
  if (expiresAtMs === undefined) return UNREADABLE;
  if (!isRtsp) {
    const { mediaSessionId = session.mediaSessionId } = answer.value;
    return isText(mediaSessionId) ? granted({ ...session, mediaSessionId, expiresAtMs }) : UNREADABLE;
  }
  const { streamExtensionToken: extensionToken, streamToken } = answer.value;
  if (!isText(extensionToken) || !isText(streamToken)) return UNREADABLE;
  return granted({ ...session, url: withToken(session.url, streamToken), extensionToken, expiresAtMs });
}

export function stop(sdm: Sdm, session: Session): Promise<Answer<JsonObject>> {
  const name = session.protocol === 'RTSP' ? 'StopRtspStream' : 'StopWebRtcStream';
  return sdm.execute({ ...session.target, name, params: handleOf(session), notAfterMs: session.expiresAtMs });
}

const UNREADABLE = failed(502, 'INTERNAL', 'Google answered a command with something that cannot be read');

function handleOf(session: Session): JsonObject {
  return session.protocol === 'RTSP'
    ? { streamExtensionToken: session.extensionToken }
    : { mediaSessionId: session.mediaSessionId };
}

/** Whoever connects from now on must bring the new token. */
function withToken(url: string, token: string): string {
  return url.replace(/([?&]auth=)[^&#]*/, (_all, name: string) => name + encodeURIComponent(token));
}

/** RFC 3339 in milliseconds; undefined where it is none. */
function expiryOf({ expiresAt }: JsonObject): number | undefined {
  const ms = isText(expiresAt) ? Date.parse(expiresAt) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
