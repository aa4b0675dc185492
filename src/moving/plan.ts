/** Owns what becomes of each thing that would move in: it is new, here already, or refused for a reason. Changes nothing. */

import { USERS } from '../core/accounts/records.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import { CREDENTIALS } from '../core/google/credentials.ts';
import type { Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { CAMERA_NAME, MTX_PATH_PATTERN } from '../protocol/entities/camera.ts';
import type { Household, Kind, MovingCamera, MovingCredentials, MovingUser } from './household.ts';

export interface Step {
  readonly kind: Kind;
  /** Null: the next free one. */
  readonly id: number | null;
  readonly name: string;
  readonly fate: 'new' | 'here' | 'refused';
  /** Why it is refused, or what else is to know; may be empty. */
  readonly note: string;
}

type Judgement = Pick<Step, 'fate' | 'note'> & { readonly id?: null };

/** Far above any house, and every number up to it is counted through. */
const MAX_ID = 100_000;
const PATH = new RegExp(MTX_PATH_PATTERN);
const STREAM = new RegExp(CAMERA_NAME.pattern);

export interface Plan {
  /** Users, then credentials, then cameras, each in the order they were found; at last what cannot come. */
  readonly steps: readonly Step[];
  /** What is new. */
  readonly incoming: Household;
}

export function planOf(store: Store, secrets: Pick<Secrets, 'checksum'>, household: Household): Plan {
  const judgeCamera = cameraJudge(store, household);
  const users = household.users.map((user) => [user, judgeUser(store, user)] as const);
  const credentials = household.credentials.map((one) => [one, judgeCredentials(store, secrets, one)] as const);
  const cameras = household.cameras.map((camera) => [camera, judgeCamera(camera)] as const);
  return {
    steps: [
      ...users.map(([{ id, username }, judged]) => step('user', id, username, judged)),
      ...credentials.map(([{ id, description }, judged]) => step('credentials', id, description, judged)),
      ...cameras.map(([{ id, name }, judged]) => step('camera', id, name, judged)),
      ...household.left.map(({ kind, name, reason }) => step(kind, null, name, refused(reason))),
    ],
    incoming: { users: newOf(users), credentials: newOf(credentials), cameras: newOf(cameras), left: [] },
  };
}

function step(kind: Kind, id: number | null, name: string, judged: Judgement): Step {
  return { kind, id, name, ...judged };
}

function newOf<T>(judged: readonly (readonly [T, Judgement])[]): T[] {
  return judged.filter(([, { fate }]) => fate === 'new').map(([one]) => one);
}

/** Nobody knows a user by the number: another will do. */
function judgeUser(store: Store, { id, username }: MovingUser): Judgement {
  const users = store.collection(USERS);
  if (users.by('username', username)) return here();
  if (users.get(String(id)) || id > MAX_ID) return { fate: 'new', note: `gets another id, ${id} is taken`, id: null };
  return { fate: 'new', note: '' };
}

function judgeCredentials(
  store: Store,
  { checksum }: Pick<Secrets, 'checksum'>,
  { id, client, tokens }: MovingCredentials,
): Judgement {
  const rows = store.collection(CREDENTIALS);
  const same = rows.by('oauth_client_id', checksum(client.clientId));
  if (same) return Number(same.id) === id ? here() : refused(`this client is here already, as credentials ${same.id}`);
  const holder = rows.get(String(id));
  if (holder) return refused(`the id ${id} is that of ${holder.description} here`);
  if (id > MAX_ID) return refused(`ids above ${MAX_ID} are not taken`);
  return { fate: 'new', note: tokens ? '' : 'must be authorised at Google' };
}

/** Paths that come along count as taken for those that come after. */
function cameraJudge(store: Store, { credentials }: Household): (camera: MovingCamera) => Judgement {
  const rows = store.collection(CAMERAS);
  const known = new Set([
    ...credentials.map(({ id }) => id),
    ...[...store.collection(CREDENTIALS).values()].map(({ id }) => Number(id)),
  ]);
  const paths = new Set<string>();

  function conflict({ id, mtxPath, stream, credentialId }: MovingCamera): string | undefined {
    const holder = id === null ? undefined : rows.get(String(id));
    if (holder) return `the id ${id} is that of ${holder.name} here`;
    if (id !== null && id > MAX_ID) return `ids above ${MAX_ID} are not taken`;
    if (credentialId !== null && !known.has(credentialId)) return `its credentials ${credentialId} are not here`;
    if (stream !== undefined && (!STREAM.test(stream) || stream.length > CAMERA_NAME.maxLength))
      return 'its name is not one that a camera may have';
    if (mtxPath === null) return undefined;
    if (!PATH.test(mtxPath)) return `the path ${mtxPath} is not one that a camera may have`;
    if (rows.by('mtxPath', mtxPath) || paths.has(mtxPath)) return `the path ${mtxPath} is that of another camera`;
    paths.add(mtxPath);
    return undefined;
  }

  function sameAs({ uid, stream, mtxPath }: MovingCamera): CameraRecord | undefined {
    if (uid !== null) return rows.by('uid', uid);
    return stream === undefined ? rows.by('mtxPath', mtxPath ?? '') : rows.by('stream', stream);
  }

  return (camera) => {
    const same = sameAs(camera);
    if (same && (camera.id === null || same.id === String(camera.id))) return here();
    if (same) return refused(`it is here already, as camera ${same.id}`);
    const reason = conflict(camera);
    return reason === undefined ? { fate: 'new', note: '' } : refused(reason);
  };
}

function here(): Judgement {
  return { fate: 'here', note: 'is here already and stays as it is' };
}

function refused(note: string): Judgement {
  return { fate: 'refused', note };
}
