/** Pins what becomes of an offer before Google sees it, and of Google's answer before a media server does. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, kindOf, parseSdp } from '../../../src/google/streams/sdp.ts';
import { answerForServer, offerForGoogle } from '../../../src/google/streams/sdp-munging.ts';
import { ANSWER } from '../../support/google/streams.ts';
import { CANDIDATES, OFFER } from './sdp-offer.ts';

/** @throws when it was refused, or is no description */
function munged(result: ReturnType<typeof offerForGoogle>) {
  if (!result.ok) throw new Error(result.failure.message);
  const sdp = parseSdp(result.value);
  if (!sdp) throw new Error('it is no session description');
  return { text: result.value, ...sdp };
}

describe('an offer on its way to Google', () => {
  const { text, session, media } = munged(offerForGoogle(OFFER));
  const [audio = [], video = [], data = []] = media;

  it('has audio, video and application in this order, bundled in this order', () => {
    expect(media.map(kindOf)).toEqual(['audio', 'video', 'application']);
    expect(media.map((section) => attribute(section, 'mid'))).toEqual(['1', '0', '2']);
    expect(session).toContain('a=group:BUNDLE 1 0 2');
  });

  it('has all candidates in the first section, and the end of them last', () => {
    expect(audio.slice(-3)).toEqual([...CANDIDATES, 'a=end-of-candidates']);
    expect(text.match(/a=candidate/g)?.length).toBe(2);
  });

  it('offers Opus and H264 and nothing besides', () => {
    expect(audio[0]).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 111');
    expect(video[0]).toBe('m=video 9 UDP/TLS/RTP/SAVPF 97');
    expect(video).toContain('a=fmtp:97 packetization-mode=1');
    expect(text).not.toMatch(/VP9|AV1|PCMU/);
  });

  it('has a data channel over the same transport', () => {
    expect(data).toEqual([
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'c=IN IP4 0.0.0.0',
      'a=ice-ufrag:uuuu',
      'a=ice-pwd:pppppppppppppppppppppp',
      'a=fingerprint:sha-256 AA:BB',
      'a=setup:actpass',
      'a=mid:2',
      'a=sctp-port:5000',
    ]);
  });

  it('promises no candidates later, and keeps other options', () => {
    expect(text).not.toContain('ice-options');
    const both = munged(offerForGoogle(OFFER.replace('a=ice-options:trickle', 'a=ice-options:trickle ice2')));
    expect(both.session).toContain('a=ice-options:ice2');
  });

  it.each([
    ['no description', 'hello', 'audio and a video section'],
    ['no audio', OFFER.slice(0, OFFER.indexOf('m=audio')), 'audio and a video section'],
    ['no host candidate', OFFER.replace('typ host', 'typ relay'), 'no host candidate'],
    ['no H264', OFFER.replace('H264', 'VP8'), 'must have Opus and H264'],
  ])('is refused here, and not by Google, when it has %s', (_what, offer, words) => {
    const result = offerForGoogle(offer);
    expect(result.ok ? undefined : result.failure).toMatchObject({
      status: 400,
      message: expect.stringContaining(words),
    });
  });

  it('never throws, whatever it is', () => {
    const line = fc.constantFrom(
      'v=0',
      'm=audio',
      'm=video 9 X 1',
      'a=rtpmap:1 opus',
      'a=mid:',
      'a=candidate: typ host',
      '',
      'm=',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        expect(typeof offerForGoogle(text).ok).toBe('boolean');
        expect(typeof answerForServer(text, OFFER).ok).toBe('boolean');
      }),
    );
  });
});

describe("Google's answer on its way to a media server", () => {
  const { text, session, media } = munged(answerForServer(ANSWER, OFFER));

  it("has the offer's sections in the offer's order, and no application", () => {
    expect(media.map(kindOf)).toEqual(['video', 'audio']);
    expect(media.map((section) => attribute(section, 'mid'))).toEqual(['0', '1']);
    expect(session).toContain('a=group:BUNDLE 0 1');
  });

  it('has its candidates in the first section, each with a foundation, over transports that are known', () => {
    expect(media[0]?.at(-1)).toMatch(/^a=candidate:\d+ 1 udp 2113939711 192\.0\.2\.7 19305 typ host generation 0$/);
    expect(text.match(/a=candidate/g)?.length).toBe(1);
  });

  it('only sends', () => {
    expect(text).not.toContain('sendrecv');
    expect(text.match(/a=sendonly/g)?.length).toBe(2);
  });

  it('is refused when it lacks a section that was offered', () => {
    expect(answerForServer(ANSWER.replace('a=mid:1', 'a=mid:7'), OFFER)).toMatchObject({ ok: false });
  });
});
