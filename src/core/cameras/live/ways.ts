/** Owns what is so of cameras in one way of running the service and not in another. */

import type { Transaction } from '../../store.ts';
import { isInUse } from '../expectation.ts';
import type { CameraFacts } from '../facts.ts';
import type { CameraRecord } from '../records.ts';

export interface CameraWays {
  /** What must be seen of a camera after a start before anything is said of it; null where nobody looks. */
  readonly firstSight: (camera: CameraRecord) => CameraFacts['pending'];
  /** Whether anybody tells of it; else what was made up by hand before a restart is no memory. Absent: of every camera. */
  readonly isToldOf?: (camera: CameraRecord) => boolean;
  /** Whether what is seen counts: of a camera that is switched off, nothing does. */
  readonly isWatched: (camera: CameraRecord) => boolean;
  /** Where other bridges have the same cameras; absent: there are none. */
  readonly shared?: SharedCameras | undefined;
}

export interface SharedCameras {
  /** Whether it is for this bridge to say what time alone makes of a camera. */
  readonly judges: (camera: CameraRecord) => boolean;
  /** Of whoever leads, at the place of a change in the log. */
  readonly epoch: (tx: Transaction) => number | undefined;
}

export const DEFAULT_WAYS: CameraWays = { firstSight: () => null, isWatched: isInUse };
