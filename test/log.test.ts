/** Pins what the log shows, to whom, and that no secret is in it. */

import { describe, expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

function capture({ isTTY = false, level = 'info' as const } = {}) {
  const written: string[] = [];
  const log = createLog({ level, out: { write: (text) => written.push(text), isTTY } });
  return { log, written, text: () => written.join('') };
}

describe('a line', () => {
  test('is one JSON object with level, time, fields and message', () => {
    const { log, written } = capture();
    log.info({ port: 2000 }, 'Listening');
    expect(written).toHaveLength(1);
    expect(written[0]?.endsWith('}\n')).toBe(true);
    const line = JSON.parse(written[0] ?? '');
    expect(line).toEqual({ level: 'info', time: line.time, port: 2000, msg: 'Listening' });
    expect(new Date(line.time).toISOString()).toBe(line.time);
  });

  test('below the level is not written', () => {
    const { log, written } = capture();
    log.debug({}, 'detail');
    expect(written).toEqual([]);
  });

  test('of a child carries its fields', () => {
    const { log, text } = capture();
    log.child({ requestId: 'r1' }).child({ module: 'cameras' }).warn({}, 'slow');
    expect(JSON.parse(text())).toMatchObject({ level: 'warn', requestId: 'r1', module: 'cameras', msg: 'slow' });
  });

  test('leaves a percent sign in a message alone', () => {
    const { log, text } = capture();
    log.info({}, '100%s %d');
    expect(JSON.parse(text()).msg).toBe('100%s %d');
  });

  test('on a terminal is plain text', () => {
    const { log, text } = capture({ isTTY: true });
    log.info({ port: 2000, name: 'front door', esc: '\u001b[2J' }, 'Lis\u001btening');
    expect(text()).toMatch(/^\d\d:\d\d:\d\d info {2}Lis tening port=2000 name="front door" esc="\\u001b\[2J"\n$/);
  });

  test('on a terminal has the stacks of an error and of its cause below it', () => {
    const { log, text } = capture({ isTTY: true });
    log.error({ err: new Error('no broker', { cause: new RangeError('no port') }) }, 'Failed');
    expect(text()).toMatch(/^\d\d:\d\d:\d\d error Failed err="no broker"\nError: no broker\n +at /);
    expect(text()).toMatch(/\nRangeError: no port\n +at /);
  });
});

describe('an error', () => {
  test('is told by type, code, message, stack and cause, and by nothing else it carries', () => {
    const cause = Object.assign(new RangeError('inner'), { code: 'EINNER' });
    const error = Object.assign(new TypeError('outer', { cause }), { config: { headers: 'hunter2' } });
    const { log, text } = capture();
    log.error({ err: error }, 'Failed');
    const { err } = JSON.parse(text());
    expect(err).toEqual({
      type: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('log.test'),
      cause: { type: 'RangeError', code: 'EINNER', message: 'inner', stack: expect.any(String) },
    });
  });

  test('that is its own cause is told too', () => {
    const error = new Error('round');
    error.cause = error;
    const { log, text } = capture();
    log.error({ err: error }, 'Failed');
    expect(JSON.parse(text()).err.message).toBe('round');
  });
});

describe.each([{ isTTY: false }, { isTTY: true }])('secrets never appear, terminal: $isTTY', (output) => {
  test.each([
    ['a nested password', { user: { profile: [{ password: 'hunter2' }] } }],
    ['a password at the top', { password: 'hunter2' }],
    ['a URL with a password', { url: 'mqtt://admin:hunter2@broker' }],
    ['an error about such a URL', { err: new Error('connect mqtt://admin:hunter2@broker') }],
  ])('%s', (_, fields) => {
    const { log, text } = capture(output);
    const lines: string[] = [];
    log.onLine((line) => lines.push(line));
    log.info(fields, 'fields');
    log.child(fields).info({}, 'bindings');
    log.info({}, 'message mqtt://admin:hunter2@broker');
    expect(text().split('redacted').length).toBeGreaterThan(3);
    expect(text() + lines.join('')).not.toContain('hunter2');
  });
});

describe('a listener', () => {
  test('gets the last 100 lines first, then each new one', () => {
    const { log } = capture();
    for (let count = 1; count <= 150; count += 1) log.info({ count }, 'old');
    const counts: number[] = [];
    const stop = log.onLine((line) => counts.push(JSON.parse(line).count));
    expect(counts).toEqual(Array.from({ length: 100 }, (_, index) => 51 + index));
    log.child({ count: 151 }).info({}, 'new');
    expect(counts.at(-1)).toBe(151);
    stop();
    log.info({ count: 152 }, 'later');
    expect(counts.at(-1)).toBe(151);
  });

  test('that throws is let go and told of, without harm to the others', () => {
    const { log, text } = capture();
    const seen: string[] = [];
    let calls = 0;
    log.onLine(() => {
      calls += 1;
      throw new Error('socket gone');
    });
    log.onLine((line) => seen.push(JSON.parse(line).msg));
    log.info({}, 'one');
    log.info({}, 'two');
    expect(calls).toBe(1);
    expect([...seen].sort()).toEqual(['A log listener failed and gets no more lines', 'one', 'two']);
    expect(text()).toContain('socket gone');
  });
});
