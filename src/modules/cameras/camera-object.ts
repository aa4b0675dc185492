/** Owns the camera as the wire shows it: what is stored, what is live, and the addresses it can be watched at (contract 2.7, N-36). */

import { type CameraFacts, shownFeed } from '../../core/cameras/facts.ts';
import { modelsOf } from '../../core/cameras/nest-models.ts';
import type { CameraRecord } from '../../core/cameras/records.ts';
import type { Camera, CameraStatus } from '../../protocol/entities/camera.ts';
import type { PathInfo } from '../../protocol/entities/htop.ts';
import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import type { StreamPorts } from '../../protocol/stream-ports.ts';
import { streamUrls } from '../../protocol/stream-urls.ts';

const LIVE_STREAM = 'sdm.devices.traits.CameraLiveStream';

interface Presentation {
  readonly facts: CameraFacts;
  /** Goes into every URL. */
  readonly host: string;
  readonly ports: StreamPorts;
  /** Hex SHA-256 of the uid. */
  readonly checksum: string;
  /** What flows through it, where the media server tells. */
  readonly stream: Pick<PathInfo, 'tracks' | 'dataRx' | 'dataTx'> | undefined;
  readonly source: Camera['source'];
  readonly nowMs: number;
  readonly uptime: Camera['uptime'];
}

export function cameraObject(
  record: CameraRecord,
  { facts, host, ports, checksum, stream, source, nowMs, uptime }: Presentation,
): Camera {
  const trait = liveStreamTrait(record.info);
  const { width, height } = isObject(trait['maxVideoResolution']) ? trait['maxVideoResolution'] : {};
  const protocols = texts(trait['supportedProtocols']);
  const feed = shownFeed(facts);
  const live = feed.ready && record.isEnabled;
  const flow = live ? stream : undefined;
  return {
    id: Number(record.id),
    credentialId: record.credentialId,
    uid: record.uid,
    room: record.room,
    name: record.name,
    checksum,
    info: record.info,
    mtx_path: record.mtxPath,
    is_enabled: record.isEnabled,
    expires_at: record.expiresAt,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    is_persistent: record.isPersistent,
    identified_as: modelsOf(record.info),
    protocols: protocols.length > 0 ? protocols.join(', ') : null,
    resolution: width && height ? `${String(width)}x${String(height)}` : null,
    codecs_video: texts(trait['videoCodecs']).join(', '),
    codecs_audio: texts(trait['audioCodecs']).join(', '),
    status: statusOf(record, { ...facts, ...feed }),
    process_id: null,
    stream_ready: live,
    stream_uptime: live ? feed.since : null,
    stream_track_count: flow?.tracks ?? 0,
    stream_consumer_count: live ? feed.readers.size : 0,
    stream_data_rx: flow?.dataRx ?? 0,
    stream_data_tx: flow?.dataTx ?? 0,
    ...streamUrls(record.mtxPath, host, ports),
    source,
    online: facts.online,
    reason: facts.reason,
    expected: record.expected ?? null,
    probe: record.probe ?? true,
    quietUntil: Date.parse(record.quietUntil ?? '') > nowMs ? (record.quietUntil ?? null) : null,
    snapshots: record.snapshots ?? null,
    snapshotInterval: record.snapshotInterval ?? null,
    uptime,
  };
}

/** The first that fits (contract 2.7): an idle camera is `dead`, which is upstream's word for it. */
function statusOf({ mtxPath, stream, isEnabled, isStopped }: CameraRecord, facts: CameraFacts): CameraStatus {
  if (mtxPath === null && stream === undefined) return 'unconfigured';
  if (!isEnabled) return 'disabled';
  if (isStopped) return 'stopped';
  if (facts.ready) return 'running';
  if (facts.reason === 'mediamtx-unreachable' || facts.reason === 'go2rtc-unreachable') return 'unavailable';
  return facts.demanded ? 'starting' : 'dead';
}

function liveStreamTrait(info: CameraRecord['info']): JsonObject {
  const traits = info?.['traits'];
  const trait = isObject(traits) ? traits[LIVE_STREAM] : undefined;
  return isObject(trait) ? trait : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
