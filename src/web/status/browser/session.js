/**
 * Owns how the page speaks to the service, and as whom: with a token of its own, or with none where a proxy vouches for the
 * person (Home Assistant). All addresses are relative, since a proxy may have put a prefix before them.
 */

const KEY = 'nestmtx-bridge-token';
/** Longer than any good answer takes; a connection that died unnoticed would else be waited for forever. */
const TIMEOUT_MS = 8000;

/** What the service, or a proxy before it, answers instead of doing it. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message @param {string} [code] of the service's catalogue of errors */
  constructor(status, message, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function createSession() {
  let token = stored();

  /** @param {string} address @param {RequestInit} [init] @returns {Promise<unknown>} */
  async function call(address, init = {}) {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(address, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (!response.ok) throw refusalIn(text, response.status);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** @param {string} method @param {object} body @returns {RequestInit} */
  const json = (method, body) => ({
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

  return {
    get token() {
      return token;
    },
    status: () =>
      /** @type {Promise<import('../document.ts').StatusDocument>} */ (call('status.json', { cache: 'no-store' })),
    /** @param {string} username @param {string} password @throws {Refusal} */
    async signIn(username, password) {
      const { bearer } = /** @type {{ bearer: string }} */ (
        await call('api/auth', json('POST', { username, password }))
      );
      token = bearer;
      keep(token);
    },
    /** Nobody is signed in any longer, whether or not the service could be told. */
    async signOut() {
      try {
        await call('api/auth/current', { method: 'DELETE' });
      } catch {
        // The token ends by itself within a day.
      }
      this.forget();
    },
    forget() {
      token = undefined;
      keep(undefined);
    },
    /** @param {number} cameraId @param {string} action @throws {Refusal} */
    act: (cameraId, action) => call(`api/cameras/${cameraId}`, json('PUT', { action })),
  };
}

/** @typedef {ReturnType<typeof createSession>} Session */

/** @param {string} text @param {number} status */
function refusalIn(text, status) {
  try {
    const { error, message = error?.message } = JSON.parse(text);
    if (typeof message === 'string') return new Refusal(status, message, error?.code);
  } catch {
    // A proxy's own page, in whatever words.
  }
  return new Refusal(status, String(status));
}

/** Where the browser refuses to keep anything, a token lasts as long as the page. */
function stored() {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {string | undefined} token */
function keep(token) {
  try {
    if (token === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // See above.
  }
}
