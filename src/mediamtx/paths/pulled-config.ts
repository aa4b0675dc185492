/** Owns what MediaMTX is told about the source of a camera that it shall pull. Pure. */

import type { CameraRecord } from '../../core/cameras/records.ts';
import type { RtspTransport } from '../../protocol/entities/camera.ts';
import type { JsonObject } from '../../protocol/envelope.ts';

/** What is sent; every key but `whepHandshakeTimeout` is known to each version since 1.8, since an unknown one is refused. */
export interface PulledConfig {
  readonly source: string;
  readonly sourceOnDemand: boolean;
  /** Google takes its time to wake a camera. */
  readonly sourceOnDemandStartTimeout?: '30s';
  /** Google's streams come over TLS. */
  readonly rtspTransport?: RtspTransport;
  readonly sourceFingerprint?: string;
  /** Since 1.17; WHEP of ours needs 1.18.2 anyway. */
  readonly whepHandshakeTimeout?: '30s';
  /** A command that comes from `pathDefaults` is not valid beside a source. */
  readonly runOnDemand: '';
  readonly runOnUnDemand: '';
}

/** @param source its address, credentials and all */
export function pulledConfig(camera: CameraRecord, source: string): PulledConfig {
  const { sourceType, isPersistent, transport, fingerprint } = camera;
  const common = {
    source: schemeFor(sourceType, source),
    sourceOnDemand: !isPersistent,
    runOnDemand: '',
    runOnUnDemand: '',
    ...(transport && { rtspTransport: transport }),
    ...(fingerprint && { sourceFingerprint: fingerprint }),
  } as const;
  if (sourceType !== 'google') return common;
  const slow = { ...common, sourceOnDemandStartTimeout: '30s' } as const;
  return source.startsWith('rtsp:') ? { ...slow, rtspTransport: 'tcp' } : { ...slow, whepHandshakeTimeout: '30s' };
}

/** MediaMTX tells WHEP from HLS by the scheme. */
function schemeFor(sourceType: CameraRecord['sourceType'], url: string): string {
  return sourceType === 'whep' ? url.replace(/^http/i, 'whep') : url;
}

/** Only these are compared: MediaMTX writes durations in its own way. */
const COMPARED = ['source', 'sourceOnDemand', 'rtspTransport', 'sourceFingerprint'] as const;

/** Whether a path that MediaMTX shows is as we want it. */
export function holds(present: JsonObject, config: PulledConfig): boolean {
  return COMPARED.every((key) => config[key] === undefined || present[key] === config[key]);
}

const OWNED: readonly (keyof PulledConfig)[] = [
  ...COMPARED,
  'sourceOnDemandStartTimeout',
  'whepHandshakeTimeout',
  'runOnDemand',
  'runOnUnDemand',
];

/** What MediaMTX shows of a path in the fields that we write. */
export function ownedFields(present: JsonObject): JsonObject {
  return Object.fromEntries(OWNED.filter((key) => key in present).map((key) => [key, present[key]]));
}
