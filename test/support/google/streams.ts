/** Owns the streams of the stand-in for Google: tokens that change with every extension, sessions that end, cameras that refuse. */

import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../../src/protocol/envelope.ts';

/** A status with Google's word for it, or the results of a command. */
type StreamAnswer = { readonly status: number; readonly word: string } | { readonly results: JsonObject };

export interface GoogleStreams {
  command(device: JsonObject, name: string, params: JsonObject): StreamAnswer;
  /** A client connects: whether Google lets it in, and then until when. @returns what tells whether it is still served */
  connect(url: string): (() => boolean) | undefined;
  /** What no client may do: to extend a session that is over, or with a token that is spent. */
  readonly faults: string[];
  /** Sessions that last and were not stopped. */
  readonly open: number;
}

interface Served {
  readonly device: string;
  readonly protocol: string;
  /** What extends and stops it; a fresh one with every extension. */
  handle: string;
  /** What lets a client in. */
  token: string;
  expiresAtMs: number;
}

const LASTS_MS = 5 * 60_000;
const LIVE_STREAM = 'sdm.devices.traits.CameraLiveStream';

/**
 * @param battery names of devices whose streams cannot be extended
 * @param mediaUrl where every RTSP stream is served, without token
 */
export function googleStreams(now: () => number, battery: ReadonlySet<string>, mediaUrl: string): GoogleStreams {
  const sessions = new Map<string, Served>();
  const spent = new Set<string>();
  const faults: string[] = [];
  const lives = (served: Served | undefined) => served !== undefined && served.expiresAtMs > now();

  function generate(device: string, protocol: string): Served {
    const served = {
      device,
      protocol,
      handle: randomUUID(),
      token: `g.0.${randomUUID()}`,
      expiresAtMs: now() + LASTS_MS,
    };
    sessions.set(served.handle, served);
    return served;
  }

  function extendSession(device: string, protocol: string, handle: unknown): StreamAnswer {
    const served = sessions.get(String(handle));
    if (!served || served.device !== device || served.protocol !== protocol || !lives(served)) {
      faults.push(`${spent.has(String(handle)) ? 'a spent handle' : 'a session that is over'} was extended`);
      return { status: 400, word: 'FAILED_PRECONDITION' };
    }
    if (battery.has(device)) return { status: 400, word: 'FAILED_PRECONDITION' };
    sessions.delete(served.handle);
    spent.add(served.handle);
    served.handle = randomUUID();
    served.token = `g.1.${randomUUID()}`;
    served.expiresAtMs = now() + LASTS_MS;
    sessions.set(served.handle, served);
    return { results: protocol === 'RTSP' ? rtspResults(served) : webRtcResults(served) };
  }

  return {
    faults,
    get open() {
      return [...sessions.values()].filter(lives).length;
    },
    command(info, name, params) {
      const device = String(info['name']);
      const protocol = name.includes('WebRtc') ? 'WEB_RTC' : 'RTSP';
      if (protocolOf(info) !== protocol) return { status: 400, word: 'FAILED_PRECONDITION' };
      const handle = params[protocol === 'RTSP' ? 'streamExtensionToken' : 'mediaSessionId'];
      if (name === `Extend${suffix(protocol)}`) return extendSession(device, protocol, handle);
      if (name === `Stop${suffix(protocol)}`) {
        return sessions.delete(String(handle)) ? { results: {} } : { status: 400, word: 'FAILED_PRECONDITION' };
      }
      if (protocol === 'WEB_RTC') {
        const refusal = offerRefusal(String(params['offerSdp']));
        return refusal ?? { results: { answerSdp: ANSWER, ...webRtcResults(generate(device, protocol)) } };
      }
      const served = generate(device, protocol);
      const rtspUrl = `${mediaUrl}?auth=${served.token}`;
      return { results: { streamUrls: { rtspUrl }, ...rtspResults(served) } };
    },
    connect(url) {
      const token = new URL(url).searchParams.get('auth');
      const served = [...sessions.values()].find((session) => session.token === token);
      if (!served || !lives(served)) return undefined;
      return () => lives(served) && sessions.has(served.handle);
    },
  };
}

function suffix(protocol: string): string {
  return protocol === 'RTSP' ? 'RtspStream' : 'WebRtcStream';
}

function rtspResults({ handle, token, expiresAtMs }: Served): JsonObject {
  return { streamExtensionToken: handle, streamToken: token, expiresAt: new Date(expiresAtMs).toISOString() };
}

function webRtcResults({ handle, expiresAtMs }: Served): JsonObject {
  return { mediaSessionId: handle, expiresAt: new Date(expiresAtMs).toISOString() };
}

function protocolOf({ traits }: JsonObject): string {
  const stream = isObject(traits) ? traits[LIVE_STREAM] : undefined;
  const supported = isObject(stream) ? stream['supportedProtocols'] : undefined;
  return Array.isArray(supported) && supported.includes('WEB_RTC') ? 'WEB_RTC' : 'RTSP';
}

/** As Google was seen to answer since the middle of 2026. */
function offerRefusal(sdp: string): StreamAnswer | undefined {
  const kinds = [...sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind);
  if (kinds.join() !== 'audio,video,application') return { status: 400, word: 'INVALID_ARGUMENT' };
  return /^a=candidate:.* typ host/m.test(sdp) ? undefined : { status: 500, word: 'INTERNAL' };
}

/** With all that is unusual about Google's answers. */
export const ANSWER = [
  'v=0',
  'o=- 0 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 1 0 2',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:1',
  'a=candidate: 1 udp 2113939711 192.0.2.7 19305 typ host generation 0',
  'a=candidate: 1 ssltcp 2113939709 192.0.2.7 443 typ host generation 0',
  'a=sendrecv',
  'a=rtpmap:111 opus/48000/2',
  'm=video 9 UDP/TLS/RTP/SAVPF 102',
  'a=mid:0',
  'a=sendrecv',
  'a=rtpmap:102 H264/90000',
  'm=application 9 DTLS/SCTP 5000',
  'a=mid:2',
  'a=sctpmap:5000 webrtc-datachannel 1024',
  '',
].join('\r\n');
