/** Owns a camera as it is kept, for suites that change one thing of it. */

import type { CameraRecord } from '../../../src/core/cameras/records.ts';

export const DOOR: CameraRecord = {
  id: '7',
  credentialId: null,
  uid: 'bridge/7',
  room: 'Unknown',
  name: 'Front door',
  info: null,
  mtxPath: 'door',
  isEnabled: true,
  isPersistent: false,
  expiresAt: null,
  sourceType: 'rtsp',
  sealedSourceUrl: 'sealed',
  createdAt: '2026-11-21T16:48:30.698Z',
  updatedAt: '2026-11-21T16:48:30.698Z',
};
