/** Owns MediaMTX's control API v3 as calls: reads every page, and knows which addresses end whose connection. */

import type { Reader } from '../core/cameras/facts.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isObject, type JsonObject } from '../protocol/envelope.ts';
import type { StreamPorts } from '../protocol/stream-ports.ts';
import { type Exchange, refusal } from './control-exchange.ts';
import { type PathConfig, type PathReport, parsePath, parsePathConfig } from './paths/report.ts';
import { streamPortsOf } from './stream-ports.ts';

export interface ControlApi {
  /** When the server started; undefined before 1.15.2. */
  started(): Promise<string | undefined>;
  /** Every path; `isWhole` unless it took several answers, between which a path may have slipped through. */
  paths(): Promise<{ readonly reports: readonly PathReport[]; readonly isWhole: boolean }>;
  /** Undefined when there is no such path. */
  path(name: string): Promise<PathReport | undefined>;
  configs(): Promise<ReadonlyMap<string, PathConfig>>;
  /** The same as MediaMTX writes it, every field. */
  pathFields(): Promise<ReadonlyMap<string, JsonObject>>;
  /** What it serves besides its paths. */
  streamPorts(): Promise<Partial<StreamPorts>>;
  /** These four wait until MediaMTX has done it. */
  addPath(name: string, config: object): Promise<void>;
  replacePath(name: string, config: object): Promise<void>;
  /** Leaves the other fields as they are. */
  patchPath(name: string, config: object): Promise<void>;
  /** Without complaint when there is none. */
  deletePath(name: string): Promise<void>;
  /** Ends a connection. @returns false where its kind cannot be ended, or it is gone */
  kick(peer: Reader): Promise<boolean>;
  /** Ends whatever goes by one of these ids, be it the session or a connection that carries it. */
  kickSessions(ids: ReadonlySet<string>): Promise<void>;
}

/** MediaMTX has no upper limit; one answer is one consistent picture. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 100;

/** What lists the connections of a kind. */
const KICKED: ReadonlyMap<string, string> = new Map([
  ['rtspSession', 'rtspsessions'],
  ['rtspsSession', 'rtspssessions'],
  ['rtmpConn', 'rtmpconns'],
  ['rtmpsConn', 'rtmpsconns'],
  ['webRTCSession', 'webrtcsessions'],
  ['srtConn', 'srtconns'],
  ['hlsSession', 'hlssessions'],
  ['moqSession', 'moqsessions'],
]);

export function createControlApi(exchange: Exchange): ControlApi {
  async function pages(path: string): Promise<{ items: unknown[]; isWhole: boolean }> {
    const items: unknown[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await exchange('GET', `${path}?page=${page}&itemsPerPage=${PAGE_SIZE}`);
      const found = isObject(answer) ? (answer['items'] ?? []) : undefined;
      if (!isObject(answer) || !Array.isArray(found)) throw unexpected();
      items.push(...found);
      const pageCount = Number(answer['pageCount'] ?? 1);
      if (page + 1 >= pageCount) return { items, isWhole: page === 0 };
    }
    throw unexpected();
  }

  async function pathFields(): Promise<ReadonlyMap<string, JsonObject>> {
    const { items } = await pages('/config/paths/list');
    const named = items.filter((item): item is JsonObject & { name: string } => {
      return isObject(item) && typeof item['name'] === 'string';
    });
    return new Map(named.map((item) => [item.name, item]));
  }

  async function kickIn(list: string, id: string): Promise<boolean> {
    return (await exchange('POST', `/${list}/kick/${encodeURIComponent(id)}`)) !== undefined;
  }

  /** MediaMTX asks in the name of the connection or of the session, and tells which belong together on one side or the other. */
  async function carriedBy(kind: string, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const [conns, sessions] = [await itemsOf(`/${kind}conns/list`), await itemsOf(`/${kind}sessions/list`)];
    const byConn = conns.filter(({ id }) => ids.has(String(id))).map(({ session }) => session);
    const bySession = sessions
      .filter(({ id, conns: own }) => ids.has(String(id)) || (Array.isArray(own) && own.some((conn) => ids.has(conn))))
      .map(({ id }) => id);
    return new Set([...byConn, ...bySession].filter((id) => typeof id === 'string'));
  }

  /** None where this kind is not served. */
  async function itemsOf(path: string): Promise<readonly JsonObject[]> {
    const answer = await exchange('GET', `${path}?itemsPerPage=${PAGE_SIZE}`);
    const items = isObject(answer) ? answer['items'] : undefined;
    return Array.isArray(items) ? items.filter(isObject) : [];
  }

  return {
    async started() {
      const info = await exchange('GET', '/info');
      const started = isObject(info) ? info['started'] : undefined;
      return typeof started === 'string' ? started : undefined;
    },
    async paths() {
      const { items, isWhole } = await pages('/paths/list');
      return { reports: items.flatMap((item) => parsePath(item) ?? []), isWhole };
    },
    async path(name) {
      const place = placeOf(name);
      return place === undefined ? undefined : parsePath(await exchange('GET', `/paths/get/${place}`));
    },
    configs: async () => new Map([...(await pathFields())].map(([name, fields]) => [name, parsePathConfig(fields)])),
    pathFields,
    streamPorts: async () => streamPortsOf(await exchange('GET', '/config/global/get')),
    addPath: async (name, config) => void (await exchange('POST', `/config/paths/add/${mustPlace(name)}`, config)),
    replacePath: async (name, config) =>
      void (await exchange('POST', `/config/paths/replace/${mustPlace(name)}`, config)),
    patchPath: async (name, config) => void (await exchange('PATCH', `/config/paths/patch/${mustPlace(name)}`, config)),
    deletePath: async (name) => void (await exchange('DELETE', `/config/paths/delete/${mustPlace(name)}`)),
    kick: async ({ type, id }) => {
      const list = KICKED.get(type);
      return list !== undefined && id !== '' && (await kickIn(list, id));
    },
    async kickSessions(ids) {
      for (const kind of ['rtsp', 'rtsps']) {
        for (const id of await carriedBy(kind, ids)) await kickIn(`${kind}sessions`, id);
      }
      const others = Object.values(KICKED).filter((list) => !list.startsWith('rtsp'));
      await Promise.all([...ids].flatMap((id) => others.map((list) => kickIn(list, id))));
    },
  };
}

/** Undefined for a name that an address cannot carry: a part of dots alone would climb out of it. */
function placeOf(name: string): string | undefined {
  const parts = name.split('/');
  if (parts.some((part) => /^\.{0,2}$/.test(part))) return undefined;
  return parts.map(encodeURIComponent).join('/');
}

function mustPlace(name: string): string {
  const place = placeOf(name);
  if (place === undefined) throw refusal(`MediaMTX has no path ${name}`, 404);
  return place;
}

function unexpected(): ApiError {
  return new ApiError('upstream_failed', { message: 'MediaMTX answers in a form that is not known here' });
}
