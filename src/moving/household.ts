/** Owns what moves in from elsewhere: people, credentials with their secrets in clear, cameras. Lives in memory only. */

import type { CameraRecord } from '../core/cameras/records.ts';
import type { OauthClient } from '../core/google/credentials.ts';
import type { GoogleTokens } from '../core/google/google.ts';

export interface Household {
  readonly users: readonly MovingUser[];
  readonly credentials: readonly MovingCredentials[];
  readonly cameras: readonly MovingCamera[];
  /** What was found there and cannot come. */
  readonly left: readonly LeftBehind[];
}

export interface MovingUser {
  readonly id: number;
  readonly username: string;
  readonly canLogin: boolean;
}

export interface MovingCredentials {
  readonly id: number;
  readonly description: string;
  readonly client: OauthClient;
  /** Null: somebody must authorise them. */
  readonly tokens: GoogleTokens | null;
  readonly tokenRedirectUrl: string | null;
}

/** Without an id and a uid of its own it gets ours, and is known again by its path, or by its stream of go2rtc. */
export type MovingCamera = Omit<CameraRecord, 'id' | 'uid' | 'sealedSourceUrl' | 'createdAt' | 'updatedAt'> &
  ({ readonly id: number; readonly uid: string } | { readonly id: null; readonly uid: null });

export interface LeftBehind {
  readonly kind: Kind;
  readonly name: string;
  readonly reason: string;
}

export type Kind = 'user' | 'credentials' | 'camera';

export const NOBODY: Household = { users: [], credentials: [], cameras: [], left: [] };

/** One that others feed: switched on, since it is there already. */
export function cameraWithoutIds(
  camera: Pick<MovingCamera, 'name' | 'sourceType' | 'mtxPath' | 'stream'>,
): MovingCamera {
  return {
    id: null,
    uid: null,
    credentialId: null,
    room: 'Unknown',
    info: null,
    isEnabled: true,
    isPersistent: false,
    expiresAt: null,
    ...camera,
  };
}
