/**
 * Owns the differences between what a media server offers and what Google takes, and back. Pure.
 * Learned from other clients of Google and from a stand-in; not tried on a real camera.
 */

import { type Answer, failed, granted, type Refusal } from '../answer.ts';
import { attribute, bundled, formatSdp, gatherCandidates, kindOf, parseSdp, type Section } from './sdp.ts';

/** The codecs Google serves. */
const CODECS = { audio: 'opus', video: 'h264' } as const;

/**
 * Google answers 400 unless there are audio, video and application in this order, and 500 without a host candidate.
 * @param sdp an offer of one video and one audio section, its candidates gathered
 */
export function offerForGoogle(sdp: string): Answer<string> {
  const offer = parseSdp(sdp);
  const audio = offer?.media.find((section) => kindOf(section) === 'audio');
  const video = offer?.media.find((section) => kindOf(section) === 'video');
  if (!offer || !audio || !video) return malformed('The offer must have an audio and a video section');
  if (!/^a=candidate:.* typ host/m.test(sdp)) return malformed('The offer has no host candidate');
  const wanted = [withCodec(audio, CODECS.audio), withCodec(video, CODECS.video)];
  if (wanted.some((section) => section === undefined)) return malformed('The offer must have Opus and H264');
  const known = wanted.filter((section) => section !== undefined);
  const media = gatherCandidates([...known, dataChannel(known)]).map(withoutTrickle);
  return granted(formatSdp({ session: withoutTrickle(bundled(offer.session, media)), media }));
}

/**
 * A media server takes no application section, and the sections only in the order it offered them.
 * @param offerSdp the offer as it came in
 */
export function answerForServer(answerSdp: string, offerSdp: string): Answer<string> {
  const answer = parseSdp(answerSdp);
  const offer = parseSdp(offerSdp);
  if (!answer || !offer) return unreadable();
  const media = offer.media.map((offered) => {
    const mid = attribute(offered, 'mid');
    return answer.media.find((section) => attribute(section, 'mid') === mid && kindOf(section) === kindOf(offered));
  });
  if (media.some((section) => section === undefined)) return unreadable();
  const repaired = media.filter((section) => section !== undefined).map(withPlainLines);
  const gathered = gatherCandidates([...repaired, ...answer.media.filter(isApplication).map(withPlainLines)]);
  const kept = gathered.slice(0, repaired.length);
  return granted(formatSdp({ session: bundled(answer.session, kept), media: kept }));
}

function malformed(message: string): Refusal {
  return failed(400, 'INVALID_ARGUMENT', message);
}

function unreadable(): Refusal {
  return failed(502, 'INTERNAL', 'Google answered the offer with something that cannot be read');
}

/** Without the payloads of all other codecs; undefined where nothing is left. */
function withCodec(section: Section, codec: string): Section | undefined {
  const [media = '', port = '', profile = '', ...formats] = (section[0] ?? '').split(' ');
  const maps = section.map((line) => /^a=rtpmap:(\d+) ([^/]+)/.exec(line));
  const payloads = new Set(maps.filter((map) => map?.[2]?.toLowerCase() === codec).map((map) => map?.[1]));
  const kept = formats.filter((format) => payloads.has(format));
  if (kept.length === 0) return undefined;
  const rest = section.slice(1).filter((line) => {
    const payload = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line)?.[1];
    return payload === undefined || payloads.has(payload);
  });
  return [[media, port, profile, ...kept].join(' '), ...rest];
}

/** What every known client of Google offers besides (RFC 8841): Google wants it there, and nothing is sent on it. */
function dataChannel(media: readonly Section[]): Section {
  const transport = ['ice-ufrag', 'ice-pwd', 'fingerprint'].flatMap((name) => {
    const value = media.map((section) => attribute(section, name)).find((found) => found !== undefined);
    return value === undefined ? [] : [`a=${name}:${value}`];
  });
  const taken = media.map((section) => attribute(section, 'mid'));
  let mid = 0;
  while (taken.includes(String(mid))) mid++;
  return [
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...transport,
    'a=setup:actpass',
    `a=mid:${mid}`,
    'a=sctp-port:5000',
  ];
}

/** Google knows all candidates from the offer or none. */
function withoutTrickle(section: Section): Section {
  return section.flatMap((line) => {
    if (!line.startsWith('a=ice-options:')) return [line];
    const options = line
      .slice('a=ice-options:'.length)
      .split(' ')
      .filter((option) => option !== 'trickle');
    return options.length === 0 ? [] : [`a=ice-options:${options.join(' ')}`];
  });
}

/** Google leaves foundations empty (RFC 8839, 5.1, wants one character at least) and names a transport nobody else knows. */
function withPlainLines(section: Section): Section {
  return section
    .filter((line) => !/^a=candidate:.* ssltcp /.test(line))
    .map((line, index) =>
      line.replace(/^a=candidate: /, `a=candidate:${index} `).replace(/^a=sendrecv$/, 'a=sendonly'),
    );
}

function isApplication(section: Section): boolean {
  return kindOf(section) === 'application';
}
