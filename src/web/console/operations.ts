/**
 * Owns what the console asks the API for: each operation with its payload and its answer, by the types of the schemas. One line each; what
 * stands behind a blank tells apart what one verb answers differently.
 */

import type { Login, TokenInfo } from '../../protocol/entities/auth.ts';
import type { Adoptable, Camera, CameraCreate, CameraUpdate } from '../../protocol/entities/camera.ts';
import type { Emit, Emitted } from '../../protocol/entities/emit.ts';
import type { OutageInfo } from '../../protocol/entities/outage.ts';
import type { PastEvent } from '../../protocol/entities/past-event.ts';

/** What a list may be asked for, and more where the module takes it. */
interface PageQuery {
  readonly search?: string | null;
  readonly page?: number;
  readonly itemsPerPage?: number;
  readonly sortBy?: string | null;
}

export interface Page<Item> {
  readonly page: number;
  readonly itemsPerPage: number;
  readonly total: number;
  readonly items: readonly Item[];
}

interface Operation<Payload, Answer> {
  readonly payload: Payload;
  readonly answer: Answer;
}

interface EventFilter {
  readonly domain?: string;
  readonly event?: string;
  readonly entity?: string;
  readonly from?: string;
  readonly until?: string;
}

type Nothing = undefined;

export interface Operations {
  'auth.create': Operation<{ username: string; password: string; rememberMe: boolean; name: string }, Login>;
  'auth.list': Operation<{ everybody?: boolean }, readonly TokenInfo[]>;
  'auth.delete': Operation<Nothing, void>;
  'cameras.list': Operation<PageQuery & { room?: string }, Page<Camera>>;
  /** The same verb, asked for paths and streams that are no camera yet. */
  'cameras.list adoptable': Operation<PageQuery & { adoptable: true }, Page<Adoptable>>;
  'cameras.read': Operation<Nothing, Camera>;
  'cameras.create': Operation<CameraCreate, Camera>;
  'cameras.update': Operation<CameraUpdate, void>;
  'cameras.delete': Operation<Nothing, void>;
  'events.create': Operation<Emit, Emitted>;
  'events.list': Operation<PageQuery & EventFilter, Page<PastEvent>>;
  'outages.list': Operation<
    PageQuery & { camera?: string; kind?: OutageInfo['kind']; from?: string; until?: string },
    Page<OutageInfo>
  >;
}
