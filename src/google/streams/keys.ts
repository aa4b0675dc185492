/**
 * Owns the secret in the address of a camera: whoever knows it can watch this camera and no other. Nothing is stored: it is made of
 * the application key and lasts as long as that.
 */

import type { Secrets } from '../../core/ports.ts';

export interface StreamKeys {
  /** Fit for a path of an address. */
  of(cameraId: string): string;
  /** Takes as long for every wrong one. */
  fits(key: string, cameraId: string): boolean;
}

export function streamKeys({ mac, isMac }: Pick<Secrets, 'mac' | 'isMac'>): StreamKeys {
  const named = (cameraId: string) => `stream of camera ${cameraId}`;
  return { of: (cameraId) => mac(named(cameraId)), fits: (key, cameraId) => isMac(key, named(cameraId)) };
}
