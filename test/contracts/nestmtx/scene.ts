/** Owns what a case finds when it runs: people, cameras and credentials, each made for it alone when it names them, and texts that nobody has. */

import { isObject } from '../../../src/protocol/envelope.ts';
import { requestOverHttp } from '../../support/api/http.ts';
import type { Case, Request } from './case.ts';

/** Asks as the administrator; fails when it is refused. */
type Make = (request: Request) => Promise<unknown>;
type Texts = Readonly<Record<string, string>>;

export interface Scene {
  /** Of a case: names become what they stand for. */
  filled<T>(value: T): T;
}

let lastNumber = 0;

const PEOPLE = { password: 'five5', can_login: true };

/** What can be named, by its first name: the texts that it gives. */
const MAKERS: Readonly<Record<string, (make: Make, number: number) => Promise<Texts>>> = {
  name: async (_, number) => ({ name: `somebody${number}` }),
  path: async (_, number) => ({ path: `free${number}` }),
  client: async (_, number) => ({ client: `client${number}` }),
  person: async (make, number) => {
    const username = `person${number}`;
    const { id } = Object(await make({ command: 'create', module: 'users', payload: { ...PEOPLE, username } }));
    return { person: String(id), 'person-name': username };
  },
  locked: async (make, number) => {
    const payload = { ...PEOPLE, username: `locked${number}`, can_login: false };
    await make({ command: 'create', module: 'users', payload });
    return { 'locked-name': payload.username };
  },
  pair: async (make, number) => {
    for (const last of ['b', 'a']) {
      const payload = { ...PEOPLE, username: `pair of ${number} ${last}` };
      await make({ command: 'create', module: 'users', payload });
    }
    return { pair: String(number) };
  },
  camera: async (make, number) => {
    const payload = { name: `Camera ${number}.` };
    const { id } = Object(await make({ command: 'create', module: 'cameras', payload }));
    return { camera: String(id), 'camera-number': String(number) };
  },
  placed: async (make, number) => {
    const path = `path${number}`;
    const { id } = Object(
      await make({ command: 'create', module: 'cameras', payload: { name: 'Placed', mtx_path: path } }),
    );
    return { placed: String(id), 'placed-path': path };
  },
  credential: async (make, number) => {
    const client = `taken${number}`;
    const payload = { description: `House ${client}`, oauth_client_id: client, oauth_client_secret: 's' };
    const id = await make({ command: 'create', module: 'credentials', payload });
    return { credential: String(id), 'credential-client': client };
  },
};

/** @param self the id of whoever the case asks as */
export async function sceneFor(
  one: Case,
  { url, token, self }: { url: string; token: string; self: string },
): Promise<Scene> {
  const make: Make = async (request) => {
    const answer = await requestOverHttp(url, { ...request, token });
    if (!answer.ok) throw new Error(`the scene cannot be set: ${answer.error.message}`);
    return answer.value;
  };
  lastNumber += 1;
  let texts: Texts = { self, id: `id${lastNumber}` };
  const named = new Set([...JSON.stringify(one).matchAll(/\{#?([a-z]+)(-[a-z]+)?\}/g)].map(([, first = '']) => first));
  for (const name of named) texts = { ...texts, ...(await MAKERS[name]?.(make, lastNumber)) };
  return { filled: (value) => filled(value, texts) };
}

function filled<T>(value: T, texts: Texts): T;
function filled(value: unknown, texts: Texts): unknown {
  if (typeof value === 'string') {
    const number = /^\{#([a-z-]+)\}$/.exec(value)?.[1];
    return number
      ? Number(texts[number])
      : value.replace(/\{([a-z-]+)\}/g, (_, name: string) => texts[name] ?? `no ${name}`);
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, texts));
  // What vitest compares with stays what it is.
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, texts)]));
}
