/** Owns MediaMTX's control API v3 as calls: reads every page, and knows which addresses end whose connection. */

import type { Reader } from '../core/cameras/state.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isObject, type JsonObject } from '../protocol/envelope.ts';
import type { Exchange } from './control-exchange.ts';
import { type PathConfig, type PathReport, parsePath, parsePathConfig } from './paths/report.ts';

export interface ControlApi {
  /** When the server started; undefined before 1.15.2. */
  started(): Promise<string | undefined>;
  /** Every path; `isWhole` unless it took several answers, between which a path may have slipped through. */
  paths(): Promise<{ readonly reports: readonly PathReport[]; readonly isWhole: boolean }>;
  /** Undefined when there is no such path. */
  path(name: string): Promise<PathReport | undefined>;
  configs(): Promise<ReadonlyMap<string, PathConfig>>;
  /** These three wait until MediaMTX has done it. */
  addPath(name: string, config: object): Promise<void>;
  replacePath(name: string, config: object): Promise<void>;
  /** Without complaint when there is none. */
  deletePath(name: string): Promise<void>;
  /** Ends a connection. @returns false where its kind cannot be ended, or it is gone */
  kick(peer: Reader): Promise<boolean>;
}

/** MediaMTX has no upper limit; one answer is one consistent picture. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 100;

/** What lists the connections of a kind. */
const KICKED: Readonly<Record<string, string>> = {
  rtspSession: 'rtspsessions',
  rtspsSession: 'rtspssessions',
  rtmpConn: 'rtmpconns',
  rtmpsConn: 'rtmpsconns',
  webRTCSession: 'webrtcsessions',
  srtConn: 'srtconns',
  hlsSession: 'hlssessions',
  moqSession: 'moqsessions',
};

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
    async configs() {
      const { items } = await pages('/config/paths/list');
      const named = items.filter((item): item is JsonObject & { name: string } => {
        return isObject(item) && typeof item['name'] === 'string';
      });
      return new Map(named.map((item) => [item.name, parsePathConfig(item)]));
    },
    addPath: async (name, config) => void (await exchange('POST', `/config/paths/add/${mustPlace(name)}`, config)),
    replacePath: async (name, config) =>
      void (await exchange('POST', `/config/paths/replace/${mustPlace(name)}`, config)),
    deletePath: async (name) => void (await exchange('DELETE', `/config/paths/delete/${mustPlace(name)}`)),
    async kick({ type, id }) {
      const list = KICKED[type];
      if (list === undefined || id === '') return false;
      return (await exchange('POST', `/${list}/kick/${encodeURIComponent(id)}`)) !== undefined;
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
  if (place === undefined) throw new ApiError('upstream_failed', { message: `MediaMTX has no path ${name}` });
  return place;
}

function unexpected(): ApiError {
  return new ApiError('upstream_failed', { message: 'MediaMTX answers in a form that is not known here' });
}
