/** Pins that whatever go2rtc answers is bounded in bytes and time, goes to nobody else, and that no secret leaves with it. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { createGo2RtcApi } from '../../src/go2rtc/go2rtc-api.ts';
import { openQuestions } from '../../src/go2rtc/question.ts';
import { parseStreams } from '../../src/go2rtc/streams/report.ts';
import { eventually } from '../support/eventually.ts';
import { portOf } from '../support/free-port.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Go2RtcSetting, go2RtcSetting } from './setting.ts';

let server: Server | undefined;
let setting: Go2RtcSetting | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await setting?.stop();
  server = undefined;
  setting = undefined;
});

async function asked(listener: RequestListener) {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clock = manualClock();
  const questions = openQuestions(
    { url: `http://127.0.0.1:${portOf(server)}/`, username: 'u', password: 's3cret' },
    clock,
  );
  return { clock, questions, streams: () => createGo2RtcApi(questions).streams() };
}

it.each<[string, RequestListener, RegExp]>([
  ['refuses our login', (_, response) => response.writeHead(401).end(), /GO2RTC_USER/],
  ['is something else', (_, response) => response.end('<html>'), /not the API of go2rtc/],
  ['has no such address', (_, response) => response.writeHead(404).end('{}'), /not the API of go2rtc/],
  [
    'sends us elsewhere',
    (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    /redirection/,
  ],
  ['breaks off', (_, response) => response.destroy(), /reached/],
])('who %s is told in words, without the password', async (_what, listener, words) => {
  const { streams } = await asked(listener);
  const error = await streams().catch((fault: unknown) => fault);
  expect(error).toMatchObject({ code: 'upstream_failed', message: expect.stringMatching(words) });
  expect(String(error)).not.toContain('s3cret');
});

it('an answer without end is broken off', async () => {
  let sent = 0;
  const { streams } = await asked((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(1024 * 1024))) sent += 1;
    };
    response.on('drain', more);
    more();
  });
  await expect(streams()).rejects.toMatchObject({ message: expect.stringContaining('more than can be true') });
  expect(sent).toBeLessThan(128);
});

it('no answer is waited for longer than five seconds, nor a slow one', async () => {
  let isAsked = false;
  const { streams, clock } = await asked((_request, response) => {
    response.write('{');
    isAsked = true;
  });
  const answer = streams();
  await eventually(() => isAsked);
  clock.advance(5000);
  await expect(answer).rejects.toMatchObject({ message: 'go2rtc does not answer in time' });
});

it('what is under way ends with us, and nothing is asked afterwards', async () => {
  let isAsked = false;
  const { streams, questions } = await asked(() => {
    isAsked = true;
  });
  const answer = streams();
  await eventually(() => isAsked);
  questions.close();
  await expect(answer).rejects.toMatchObject({ code: 'upstream_failed' });
  await expect(streams()).rejects.toMatchObject({ code: 'upstream_failed' });
});

it('any JSON is read as a list of streams or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const streams = parseStreams(value);
      if (streams) expect(streams.map(({ name }) => name)).toEqual(Object.keys(Object(value)));
    }),
  );
});

it('neither our password nor that of a camera stands in the log', async () => {
  setting = await go2RtcSetting({
    version: '1.9.4',
    source: (url) => url.replace('rtsp://', 'rtsp://root:pa55word@'),
    env: { GO2RTC_USER: 'u', GO2RTC_PASS: 's3cret' },
  });
  setting.server.login = { username: 'u', password: 's3cret' };
  await setting.start();
  const { seen, until, pass, scripted, server: standIn } = setting;
  await until(() => seen.facts().pending === null);
  await scripted.kill();
  standIn.source = { cause: 'dial tcp: rtsp://root:pa55word@10.0.0.9: connection refused' };
  await pass();
  standIn.login = { username: 'u', password: 'another' };
  await until(() => seen.sourceTurns().length > 0);
  expect(JSON.stringify(seen.log.lines)).not.toMatch(/pa55word|s3cret/);
});
