/**
 * Owns the reading of a MediaMTX: a camera for each of its paths, which goes on being fed as its file says. Names of many paths
 * are none of a camera.
 */

import { ApiError } from '../protocol/api-error.ts';
import { isObject, type JsonObject } from '../protocol/envelope.ts';
import { cameraWithoutIds, type Household, NOBODY } from './household.ts';

/** Resolves with the decoded answer of the control API. */
type Get = (path: string) => Promise<unknown>;

const PAGE_SIZE = 1000;
const MAX_PAGES = 100;

/** @throws ApiError `upstream_failed` for an answer that is no list; whatever `get` throws */
export async function readMediaMtx(get: Get): Promise<Household> {
  const names = (await listPaths(get)).map(({ name }) => String(name));
  const paths = names.filter((name) => !isPattern(name));
  const cameras = paths.map((name) => cameraWithoutIds({ name, sourceType: 'publisher', mtxPath: name }));
  return { ...NOBODY, cameras };
}

async function listPaths(get: Get): Promise<JsonObject[]> {
  const paths: unknown[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await get(`/v3/config/paths/list?page=${page}&itemsPerPage=${PAGE_SIZE}`);
    if (!isObject(answer) || !Array.isArray(answer['items'])) {
      throw new ApiError('upstream_failed', { message: 'what answers there is no control API of MediaMTX' });
    }
    paths.push(...answer['items']);
    if (page + 1 >= Number(answer['pageCount'] ?? 1)) break;
  }
  return paths.filter(isObject);
}

/** `all` and `all_others` stand for every other path, `~` begins a regular expression. */
function isPattern(name: string): boolean {
  return name === 'all' || name === 'all_others' || name.startsWith('~');
}
