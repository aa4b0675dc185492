/** Owns a stand-in for MediaMTX's control API: the shapes, statuses and strictness of its versions, and the ways it lets one down. */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { portOf } from '../free-port.ts';
import { type Feed, listedPath, type MediaMtxVersion, pathFields, pulledType } from './mediamtx-shapes.ts';
import { createSilence, endServer, isLetIn, type Login } from './stand-in-server.ts';

type Config = Readonly<Record<string, unknown>>;

export interface MediaMtxStandIn {
  readonly url: string;
  readonly port: number;
  /** `METHOD /path`, in the order they came. */
  readonly requests: readonly string[];
  /** What its file says of a path; a name that begins with `~` is a regular expression, whose paths are listed only while used. */
  configure(name: string, config: Config): void;
  /** What goes on at a path from now on. */
  feed(name: string, feed: Feed): void;
  /** Nothing goes on there any more: a path by a regular expression is gone. */
  forget(name: string): void;
  config(name: string): Config | undefined;
  /** What every path inherits that does not say otherwise. */
  pathDefaults: Config;
  /** What its file says besides paths. */
  global: Config;
  /** Kinds and ids of the connections that were ended. */
  readonly kicked: readonly string[];
  /** A new process: what came in through the API is forgotten, and so is every feed. */
  restart(): void;
  /** Its file was written: what came in through the API is forgotten. */
  reloadFile(): void;
  /** Who may use the API; undefined for everybody. */
  login: Login | undefined;
  /** Takes questions and answers none, until it is set to false. */
  hangs: boolean;
  /** In place of every answer. */
  lie: { readonly status: number; readonly body: string } | undefined;
  /** Whether it does not take what is written for this path. */
  refuses: (name: string) => boolean;
  /** Connections of RTSP, with the sessions that they carry. */
  readonly conns: Map<string, string>;
  /** Runs before each answer. */
  onRequest: (request: string) => void;
  onAnswer: () => void;
  /** Keeps back the next answer whose question contains this: it says what was so when it was `taken`. */
  hold(question: string): { readonly taken: Promise<void>; release(): void };
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly value: object | undefined;
}

export async function startMediaMtx(version: MediaMtxVersion, port = 0): Promise<MediaMtxStandIn> {
  const file = new Map<string, Config>([['all_others', {}]]);
  const added = new Map<string, Config>();
  /** Its file still says it, and the API has taken it away. */
  const removed = new Set<string>();
  const feeds = new Map<string, Feed>();
  const requests: string[] = [];
  const kicked: string[] = [];
  const silence = createSilence();
  const defaults: Config = { source: 'publisher', sourceOnDemand: false, runOnDemand: '', alwaysAvailable: false };
  let generation = 1;
  let holding: { readonly question: string; readonly take: () => void; readonly released: Promise<void> } | undefined;

  const configs = () => new Map([...[...file].filter(([name]) => !removed.has(name)), ...added]);
  const confOf = (name: string) => (configs().has(name) ? name : 'all_others');
  const isListed = (name: string) => configs().has(name) || feeds.get(name) !== undefined;
  const names = () =>
    [...new Set([...configs().keys(), ...feeds.keys()])]
      .filter((name) => name !== 'all_others' && isListed(name))
      .sort((one, other) => (one < other ? -1 : 1));
  const shown = (name: string) =>
    listedPath(version, name, confOf(name), feeds.get(name) ?? {}, pulledType(configs().get(name)?.['source']));

  const server = createServer(async (request, response) => {
    const asked = `${request.method} ${request.url}`;
    requests.push(asked);
    self.onRequest(asked);
    const body = await text(request);
    if (silence.isKept) silence.hold(response);
    else if (self.lie) response.writeHead(self.lie.status).end(self.lie.body);
    else {
      const { status, value } = isLetIn(request, self.login)
        ? answer(request, body)
        : fault(401, 'authentication error');
      const written = value === undefined ? '' : JSON.stringify(value);
      await held(asked);
      response.writeHead(status, { 'content-type': 'application/json' });
      // Before it is on its way: whoever has it may ask again at once.
      self.onAnswer();
      response.end(written);
    }
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');

  function answer({ url = '' }: IncomingMessage, body: string): Reply {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const [, , area = '', ...rest] = pathname.split('/').map(decodeURIComponent);
    const isConfig = area === 'config';
    const verb = rest[isConfig ? 1 : 0];
    const name = rest.slice(isConfig ? 2 : 1).join('/');
    if (area === 'info' && version.minor >= 15.2) {
      return { status: 200, value: { version: `v1.${version.minor}.0`, started: startedAt() } };
    }
    if (area === 'paths' && verb === 'list') return page(names().map(shown), searchParams);
    if (area === 'paths') return isListed(name) ? { status: 200, value: shown(name) } : fault(404, 'path not found');
    if (verb === 'kick') {
      kicked.push(`${area} ${name}`);
      return done();
    }
    if (area === 'rtspconns')
      return page(
        [...self.conns].map(([id, session]) => ({ id, session })),
        searchParams,
      );
    if (area === 'rtspsessions')
      return page(
        [...self.conns.values()].map((id) => ({ id })),
        searchParams,
      );
    if (!isConfig) return fault(404, 'not found');
    if (verb === 'get') return { status: 200, value: self.global };
    if (verb !== 'list') return change(verb, name, body);
    return page(
      [...configs()].map(([key, config]) => ({ ...defaults, ...config, name: key })),
      searchParams,
    );
  }

  function change(verb: string | undefined, name: string, body: string): Reply {
    if (verb === 'delete') {
      if (!configs().has(name)) return fault(404, 'path configuration not found');
      added.delete(name);
      removed.add(name);
      feeds.delete(name);
      return done();
    }
    const present = configs().get(name);
    if (verb === 'patch' && !present) return fault(404, 'path configuration not found');
    const config = { ...(verb === 'patch' && present), ...JSON.parse(body) };
    if (self.refuses(name)) return fault(400, `invalid source: '${config.source}'`);
    const unknown = Object.keys(config).find((key) => !pathFields(version).includes(key));
    if (unknown !== undefined) return fault(400, `json: unknown field "${unknown}"`);
    if (verb === 'add' && configs().has(name)) return fault(400, 'path already exists');
    // Quoted as it came, secrets and all.
    if (config.source !== 'publisher' && !URL.canParse(config.source)) {
      return fault(400, `'${config.source}' is not a valid URL`);
    }
    if (config.source !== 'publisher' && { ...self.pathDefaults, ...config }.runOnDemand) {
      return fault(400, "'runOnDemand' can be used only when source is 'publisher'");
    }
    added.set(name, config);
    removed.delete(name);
    // A path whose source is written anew is made anew.
    feeds.delete(name);
    return done();
  }

  const done = (): Reply => ({ status: 200, value: version.minor >= 15.5 ? { status: 'ok' } : undefined });

  async function held(asked: string): Promise<void> {
    const one = holding;
    if (!one || !asked.includes(one.question)) return;
    holding = undefined;
    one.take();
    await one.released;
  }

  const startedAt = () => new Date(Date.UTC(2026, 10, 21, 10, generation)).toISOString();

  const self: MediaMtxStandIn = {
    url: `http://127.0.0.1:${portOf(server)}`,
    port: portOf(server),
    requests,
    kicked,
    login: undefined,
    lie: undefined,
    pathDefaults: {},
    refuses: () => false,
    conns: new Map(),
    global: {},
    onRequest: () => undefined,
    onAnswer: () => undefined,
    configure: (name, config) => void file.set(name, config),
    feed: (name, feed) => void feeds.set(name, feed),
    hold(question) {
      let take = () => {};
      let release = () => {};
      const taken = new Promise<void>((resolve) => {
        take = resolve;
      });
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      holding = { question, take, released };
      return { taken, release: () => release() };
    },
    forget: (name) => void feeds.delete(name),
    config: (name) => configs().get(name),
    restart() {
      generation += 1;
      added.clear();
      removed.clear();
      feeds.clear();
    },
    reloadFile() {
      added.clear();
      removed.clear();
    },
    get hangs() {
      return silence.isKept;
    },
    set hangs(value) {
      silence.isKept = value;
    },
    close: () => endServer(server),
  };
  return self;
}

function page(items: readonly object[], query: URLSearchParams): Reply {
  const size = Number(query.get('itemsPerPage') ?? 100);
  const from = Number(query.get('page') ?? 0) * size;
  const pageCount = Math.ceil(items.length / size);
  return { status: 200, value: { itemCount: items.length, pageCount, items: items.slice(from, from + size) } };
}

function fault(status: number, error: string): Reply {
  return { status, value: { status: 'error', error } };
}
