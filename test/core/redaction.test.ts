/** Pins what never leaves the process: values of secret keys, at any depth, in any spelling. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED, redact, redactText, SECRET_KEYS, withoutSource } from '../../src/core/redaction.ts';
import { errorBody } from '../../src/core/requests/error-body.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { parseEnvelope } from '../../src/protocol/envelope.ts';

const SECRET = 's3cr3t-value';

describe('redaction', () => {
  it('hides the value of every secret key, however deep it lies', () => {
    const key = fc.constantFrom(...SECRET_KEYS, 'Password', 'OAUTH-CLIENT-SECRET', 'accessToken');
    const wrap = fc.array(fc.oneof(fc.constant('list'), fc.stringMatching(/^[a-z]{1,5}$/)), { maxLength: 8 });
    fc.assert(
      fc.property(key, wrap, fc.boolean(), (name, path, nested) => {
        const leaf: unknown = { [name]: nested ? { inner: SECRET } : SECRET };
        const value = path.reduce<unknown>((inner, step) => (step === 'list' ? [inner] : { [step]: inner }), leaf);
        expect(JSON.stringify(redact(value))).not.toContain(SECRET);
      }),
    );
  });

  it('leaves everything else as it was', () => {
    const value = { name: 'door', list: [1, null, true, { user: 'x' }], empty: {} };
    expect(redact(value)).toEqual(value);
  });

  it('takes the credentials out of a URL and a bearer token out of a sentence', () => {
    expect(redact('rtsp://user:pa55@10.0.0.5/stream')).toBe(`rtsp://${REDACTED}@10.0.0.5/stream`);
    expect(redact(`token oat_${'a'.repeat(43)} refused`)).toBe(`token ${REDACTED} refused`);
  });

  // Whatever can be typed, and nothing that the address around it holds anyway.
  const typed = fc
    .stringMatching(/^[ -~]{6,24}$/)
    .filter((text) => !'rtsp://camera@10.0.0.5/stream?user='.includes(text));

  it('takes a password of any printable letters out of an address, alone and in a sentence', () => {
    fc.assert(
      fc.property(typed, fc.boolean(), (password, isAlone) => {
        const url = `rtsp://camera:${password}@10.0.0.5/stream`;
        const shown = redact({ url: isAlone ? url : `cannot open '${url}': refused` });
        expect(JSON.stringify(shown)).not.toContain(JSON.stringify(password).slice(1, -1));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes it out of an address without a scheme too, where an address belongs', () => {
    fc.assert(
      fc.property(typed, fc.constantFrom('url', 'source'), fc.boolean(), (password, key, isListed) => {
        const url = `camera:${password}@10.0.0.5/stream`;
        const shown = redact({ [key]: isListed ? [url] : url });
        expect(JSON.stringify(shown)).not.toContain(JSON.stringify(password).slice(1, -1));
      }),
      { numRuns: 2000 },
    );
    expect(redact({ url: '10.0.0.5/stream' })).toEqual({ url: '10.0.0.5/stream' });
  });

  it('takes the query of an address out, which may be the credential', () => {
    fc.assert(
      fc.property(typed, (password) => {
        const shown = redact(`cannot open http://10.0.0.5/stream?user=camera&pwd=${password}`);
        expect(shown).not.toContain(password);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes the password of a source out of what somebody else says of it', () => {
    fc.assert(
      fc.property(typed, (password) => {
        const source = `rtsp://camera:${encodeURIComponent(password)}@10.0.0.5/`;
        for (const words of [
          `bad source: ${source}`,
          `login "camera" "${password}" was refused`,
          `'${source.slice(7)}'`,
        ]) {
          const shown = withoutSource(words, source);
          expect(shown).not.toContain(password);
          expect(shown).not.toContain(encodeURIComponent(password));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['://u:p@h/', `://${REDACTED}@h/`],
    ['rtsp://@h/', `rtsp://${REDACTED}@h/`],
    ['rtsp://u:p@h/?k=v', `rtsp://${REDACTED}@h/?${REDACTED}`],
    ['rtsp://u:p?w@h/a', `rtsp://${REDACTED}`],
    ['rtsp://u:pa\nss@h/', `rtsp://${REDACTED}@h/`],
    ['http://h/?k=v', `http://h/?${REDACTED}`],
    ['failed: http://h/?k=v\nnext line', `failed: http://h/?${REDACTED}\nnext line`],
    ['me@home?\nat http://h/', 'me@home?\nat http://h/'],
    ['at file:///a/b@c?d', 'at file:///a/b@c?d'],
  ])('makes of %j %j: line by line, unless the whole text is an address', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  it('takes no text for an address that stands where none belongs', () => {
    expect(redact('me@home')).toBe('me@home');
    expect(redact({ name: 'me@home', list: ['a?b'] })).toEqual({ name: 'me@home', list: ['a?b'] });
  });

  it.each([
    ['cannot open /dev/video0: no', '/dev/video0', 'cannot open its source: no'],
    ['undefined source', undefined, 'undefined source'],
    ['hunter22 was refused', 'rtsp://h/?user=cam&pwd=hunter22', `${REDACTED} was refused`],
    ['asked with user=cam&pwd=hunter22', 'rtsp://h/?user=cam&pwd=hunter22', `asked with ${REDACTED}`],
    ['no, yes', 'rtsp://h/?a=no&b=yes', `no, ${REDACTED}`],
    ['%zz was refused', 'rtsp://u:%zz@h/', `${REDACTED} was refused`],
    ['a plain word', 'rtsp://h/', 'a plain word'],
  ])('of %j about the source %j leaves %j', (text, source, left) => {
    expect(withoutSource(text, source)).toBe(left);
  });

  it('cuts text beyond 4,096 characters, and what lies in more than 32 others', () => {
    expect(redactText('x'.repeat(4096))).toBe('x'.repeat(4096));
    expect(redactText('x'.repeat(4097))).toBe(`${'x'.repeat(4096)}…`);
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(redact(nested(32))).toEqual(nested(32));
    expect(JSON.stringify(redact(nested(33)))).toBe(`${'['.repeat(32)}"${REDACTED}"${']'.repeat(32)}`);
  });

  it('cuts a long text after its secrets, not through them, and never takes long', () => {
    const late = `${'x'.repeat(4000)} rtsp://camera:${'p'.repeat(200)}@10.0.0.5/`;
    expect(redactText(late)).not.toContain('ppp');
    // Whatever looks at it again at each sign takes hours.
    expect(redactText('://'.repeat(500_000))).toHaveLength(4097);
  });

  it('survives keys named __proto__ and nesting without end', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"password":"x"},"a":1}');
    expect(JSON.stringify(redact(hostile))).toBe(`{"__proto__":{"password":"${REDACTED}"},"a":1}`);
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(JSON.stringify(redact(deep)).length).toBeLessThan(200);
  });
});

describe('the echo in an error body', () => {
  const error = new ApiError('not_found');

  it('keeps the order of the request, drops the token and puts the user last', () => {
    const user = { id: 1, username: 'a', can_login: true, role: 'admin' } as const;
    const request = {
      token: SECRET,
      requestId: 'r',
      module: 'users',
      command: 'update',
      entity: '1',
      payload: { password: SECRET },
    };
    expect(JSON.stringify(errorBody(error, request, user).error.context)).toBe(
      `{"requestId":"r","module":"users","command":"update","entity":"1","payload":{"password":"${REDACTED}"},"user":{"id":1,"username":"a","can_login":true,"role":"admin"}}`,
    );
  });

  it('hides the entity of credentials.read, which is an OAuth answer', () => {
    const request = { command: 'read', module: 'credentials', requestId: 'r', entity: SECRET };
    expect(JSON.stringify(errorBody(error, request))).not.toContain(SECRET);
  });

  it.each([
    [`{"command":"list","token":"${SECRET}"}`, 'a twice-encoded request'],
    [{ command: 'list', module: 'm', requestId: 'r', token: [SECRET] }, 'a token of the wrong type'],
    [{ command: 'list', module: 'm', requestId: 'r', bearer: SECRET }, 'an unknown key that is a secret'],
    [{ command: 'create', module: 'm', requestId: 'r', payload: `{"password":"${SECRET}"}` }, 'a payload sent as text'],
    [
      { command: 'read', module: 'credentials', requestId: 'r', entity: { code: SECRET } },
      'an OAuth answer of the wrong type',
    ],
  ])('shows nothing of %j: %s', (request, _what) => {
    try {
      parseEnvelope(request);
      throw new Error('must be refused');
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal;
      expect(JSON.stringify(errorBody(refusal, request))).not.toContain(SECRET);
    }
  });
});
