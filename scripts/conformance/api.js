// Owns the requests of the suite: one account of one service, answers as raw text, and the removal of everything it created.
import assert from 'node:assert/strict';

const TIMEOUT_MS = 15_000;

export function createApi(baseUrl) {
  const created = new Set();
  let token;

  // `token: null` sends none; answers are not followed, not parsed and not decoded beyond their text.
  async function call(method, path, { headers = {}, body, token: own = token } = {}) {
    const isJson = body !== undefined && typeof body !== 'string';
    const response = await fetch(new URL(path, baseUrl), {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(own && { authorization: `Bearer ${own}` }),
        ...(isJson && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: isJson ? JSON.stringify(body) : body,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  }

  return {
    call,
    get: (path, options) => call('GET', path, options),
    async logIn(email, password, more = {}) {
      const answer = await call('POST', '/v1/auth/login', { body: { email, password, ...more }, token: null });
      if (answer.status === 200) token = answer.json().token;
      return answer;
    },
    async create(options) {
      const answer = await call('POST', '/v1/mqtt', options);
      if (answer.status === 201) created.add(answer.json()._id);
      return answer;
    },
    remove: (id, options) => call('DELETE', `/v1/mqtt/${id}`, options),
    /** Removes what is left of this run. */
    async cleanUp() {
      for (const id of created) await call('DELETE', `/v1/mqtt/${id}`);
      created.clear();
    },
  };
}

// Thrown by a check that this account cannot be used for: nothing is known then, neither good nor bad.
export class CannotBeTried extends Error {}

// Status and body, byte for byte.
export function expectExact(answer, status, text) {
  assert.equal(answer.status, status, `status ${answer.status} with body ${answer.text}`);
  assert.equal(answer.text, text);
}

export function expectHeader(answer, name, expected) {
  const value = answer.headers.get(name);
  if (expected instanceof RegExp) assert.match(value ?? '(absent)', expected, `${name}: ${value}`);
  else assert.equal(value, expected, `${name}: ${value}`);
}
