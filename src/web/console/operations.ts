/**
 * Owns what the console asks the API for: each operation with its payload and its answer, by the types of the schemas. One line each; what
 * stands behind a blank tells apart what one verb answers differently.
 */

import type { FailedLoginList, Login, TokenInfo } from '../../protocol/entities/auth.ts';
import type { Adoptable, Camera, CameraCreate, CameraUpdate } from '../../protocol/entities/camera.ts';
import type { Credential, CredentialCreate, CredentialUpdate } from '../../protocol/entities/credentials.ts';
import type { Emit, Emitted } from '../../protocol/entities/emit.ts';
import type { Health } from '../../protocol/entities/health.ts';
import type { Instance, InstanceAct, InstanceCreate, Receipt } from '../../protocol/entities/instance.ts';
import type { OutageInfo } from '../../protocol/entities/outage.ts';
import type { PastEvent } from '../../protocol/entities/past-event.ts';
import type { Backup } from '../../protocol/entities/system/backups.ts';
import type { BrokerClient } from '../../protocol/entities/system/clients.ts';
import type { ClusterInfo } from '../../protocol/entities/system/cluster.ts';
import type { ImportCreate, ImportUpdate } from '../../protocol/entities/system/imports.ts';
import type { Begun, OperationInfo } from '../../protocol/entities/system/operations.ts';
import type { LogLines, Service, ServiceUpdate } from '../../protocol/entities/system/service.ts';
import type { SettingList } from '../../protocol/entities/system/settings.ts';
import type { Trouble } from '../../protocol/entities/system/troubles.ts';
import type { User, UserCreate, UserUpdate } from '../../protocol/entities/user.ts';
import type { ProbeRequest, ProbeResult } from '../../protocol/entities/watching/probe.ts';
import type { LastSnapshot } from '../../protocol/entities/watching/snapshot.ts';
import type { Stream, StreamAnswer, StreamOffer } from '../../protocol/entities/watching/stream.ts';

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
  'auth.read': Operation<Nothing, FailedLoginList>;
  'auth.delete': Operation<Nothing, void>;
  'backups.list': Operation<Nothing, Backup>;
  'cameras.list': Operation<PageQuery & { room?: string }, Page<Camera>>;
  /** The same verb, asked for paths and streams that are no camera yet. */
  'cameras.list adoptable': Operation<PageQuery & { adoptable: true }, Page<Adoptable>>;
  'cameras.read': Operation<Nothing, Camera>;
  'cameras.create': Operation<CameraCreate, Camera>;
  'cameras.update': Operation<CameraUpdate, void>;
  'cameras.delete': Operation<Nothing, void>;
  'clients.list': Operation<PageQuery, Page<BrokerClient> & { readonly unanswered?: readonly string[] }>;
  'clients.delete': Operation<Nothing, void>;
  'credentials.list': Operation<PageQuery, Page<Credential>>;
  'credentials.create': Operation<CredentialCreate, number>;
  'credentials.read': Operation<Nothing, unknown>;
  'credentials.update': Operation<CredentialUpdate, string>;
  'credentials.delete': Operation<Nothing, void>;
  'events.create': Operation<Emit, Emitted>;
  'events.list': Operation<PageQuery & EventFilter, Page<PastEvent>>;
  'probes.create': Operation<ProbeRequest, ProbeResult>;
  'snapshots.list': Operation<PageQuery & { camera?: string; room?: string }, Page<LastSnapshot>>;
  'streams.read': Operation<Nothing, Stream>;
  'streams.create': Operation<StreamOffer, StreamAnswer>;
  'streams.delete': Operation<Nothing, void>;
  'health.list': Operation<Nothing, Health>;
  'imports.create': Operation<ImportCreate, Begun>;
  'imports.update': Operation<ImportUpdate, Begun>;
  'instances.list': Operation<PageQuery & { owner?: 'all' }, Page<Instance>>;
  'instances.read': Operation<Nothing, Instance>;
  'instances.create': Operation<InstanceCreate, Instance>;
  'instances.update': Operation<InstanceAct, void>;
  'instances.delete': Operation<Nothing, Receipt>;
  'operations.read': Operation<Nothing, OperationInfo>;
  'operations.delete': Operation<Nothing, void>;
  'outages.list': Operation<
    PageQuery & { camera?: string; kind?: OutageInfo['kind']; from?: string; until?: string },
    Page<OutageInfo>
  >;
  'cluster.list': Operation<Nothing, ClusterInfo>;
  'service.list': Operation<Nothing, Service>;
  'service.read': Operation<Nothing, LogLines>;
  'service.update': Operation<ServiceUpdate, void>;
  'settings.list': Operation<Nothing, SettingList>;
  'troubles.list': Operation<PageQuery & { part?: string }, Page<Trouble>>;
  'users.list': Operation<PageQuery, Page<User>>;
  'users.create': Operation<UserCreate, User>;
  'users.read': Operation<Nothing, User>;
  'users.update': Operation<UserUpdate, void>;
  'users.delete': Operation<Nothing, void>;
}
