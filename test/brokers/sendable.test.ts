import { describe, expect, it } from 'vitest';
import { assertSendable } from '../../src/brokers/sendable.ts';

describe('a message that may be sent', () => {
  it.each(['a', '/a/', 'a b/ü/😀', '\ufeffa', '$x', 'a/'.repeat(99)])('has a topic such as %j', (topic) => {
    expect(() => assertSendable({ topic, payload: '' })).not.toThrow();
  });

  it.each([
    ['nothing', ''],
    ['a wildcard', 'a/+'],
    ['NUL', 'a\0'],
    ['a control character', 'a\u0001'],
    ['a C1 control character', 'a\u0085'],
    ['a non-character', 'a\ufdd0'],
    ['a non-character beyond the first plane', 'a\u{1fffe}'],
    ['half a character', 'a\ud800'],
    ['101 levels', 'a/'.repeat(100)],
  ])('has no topic with %s, and the error names it', (_fault, topic) => {
    const refusal = expect.objectContaining({
      code: 'internal',
      message: expect.stringContaining(JSON.stringify(topic)),
    });
    expect(() => assertSendable({ topic, payload: '' })).toThrow(refusal);
  });

  it('fits into what the broker takes, with topic and correlation data', () => {
    const message = { topic: 'ä'.repeat(10), payload: 'ä'.repeat(20), correlationData: new Uint8Array(8) };
    expect(() => assertSendable(message, 100)).not.toThrow();
    expect(() => assertSendable(message, 99)).toThrow('the broker takes 99');
  });
});
