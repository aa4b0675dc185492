/** Owns the way all cameras of NestMTX are read: page by page, whatever it makes of a partial question (contract 2.5). */

import { ApiError } from '../../protocol/api-error.ts';
import { isObject } from '../../protocol/envelope.ts';
import type { UpstreamLogin } from '../upstream-login.ts';
import { readCamera, type UpstreamCamera } from './upstream-camera.ts';

const ITEMS_PER_PAGE = 100;
/** A server that promises ever more pages is not believed for ever. */
const MAX_PAGES = 1000;
const CHANGED = 'The list of cameras changed while it was read';

/**
 * @throws ApiError, ClientError as requests do; `upstream_failed` when the answer is no list of cameras, or when cameras came or
 * went between two pages: one that slipped from a page to the page before would be taken for removed
 */
export async function listCameras({ request }: Pick<UpstreamLogin, 'request'>): Promise<UpstreamCamera[]> {
  const items: unknown[] = [];
  let expected: number | undefined;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const payload = { search: null, page, itemsPerPage: ITEMS_PER_PAGE, sortBy: null };
    const answer = pageOf(await request({ command: 'list', module: 'cameras', payload }));
    expected ??= answer.total;
    items.push(...answer.items);
    if (answer.total !== expected) throw failed(CHANGED);
    if (answer.items.length === 0 || items.length >= expected) break;
  }
  if (items.length !== expected) throw failed(CHANGED);
  return items.map(readCamera).filter((camera) => camera !== undefined);
}

function pageOf(answer: unknown): { items: readonly unknown[]; total: number } {
  const { items, total } = isObject(answer) ? answer : {};
  if (Array.isArray(items) && typeof total === 'number') return { items, total };
  throw failed('NestMTX answered without a list of cameras');
}

function failed(message: string): ApiError {
  return new ApiError('upstream_failed', { message });
}
