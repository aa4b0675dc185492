/** Pins how go2rtc is asked to let somebody watch, and what its answers mean. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { openQuestions, type Questions } from '../../src/go2rtc/question.ts';
import { go2RtcStreams } from '../../src/go2rtc/webrtc.ts';
import { camera } from '../core/outages/setting.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { systemClock } from '../support/system-clock.ts';

const OFFER = 'v=0\r\no=offer\r\n';
const DOOR = { ...camera('1'), sourceType: 'go2rtc', stream: 'front door' } as const;

let server: HttpStandIn;
let questions: Questions;
beforeEach(async () => {
  server = await startHttpStandIn();
  questions = openQuestions({ url: server.url, username: 'u', password: 's3cret' }, systemClock);
});
afterEach(async () => {
  questions.close();
  await server.close();
});

it('an offer goes to the stream of the camera, with our login, and nothing besides is asked', async () => {
  server.answer(() => ({ status: 201, body: 'v=0 answer' }));
  const streams = go2RtcStreams(questions);
  const stream = await streams.open(DOOR, OFFER);
  expect(stream.answer).toBe('v=0 answer');
  await stream.end();
  expect(await streams.iceServers(DOOR)).toEqual([]);
  const login = `Basic ${Buffer.from('u:s3cret').toString('base64')}`;
  expect(server.requests).toMatchObject([
    {
      ...{ method: 'POST', target: '/api/webrtc?src=front%20door', body: OFFER },
      headers: { 'content-type': 'application/sdp', authorization: login },
    },
  ]);
});

it.each([
  [404, 'stream not found', 'stream.not_ready'],
  [500, 'streams: dial tcp 192.0.2.7:554: connect: connection refused', 'stream.not_ready'],
  [500, 'streams: codecs not match: H265 => H264', 'stream.unplayable'],
  [401, 'Unauthorized', 'stream.unreachable'],
])('HTTP %i with %j is %s', async (status, body, reason) => {
  server.answer(() => ({ status, body }));
  await expect(go2RtcStreams(questions).open(DOOR, OFFER)).rejects.toMatchObject({ details: [{ type: reason }] });
});
