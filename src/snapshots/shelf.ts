/** Owns which pictures stand on the broker: each is noted before it is published, so that none stays behind unseen. */

import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Log, OutboundMessage } from '../core/ports.ts';
import type { CollectionSpec, Store, StoredRecord } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import { noSnapshot } from '../protocol/entities/watching/snapshot.ts';
import type { Topics } from '../protocol/topics.ts';

/** By topic. */
interface ShelvedRecord extends StoredRecord {
  readonly cameraId: string;
}

export const SHELVED_PICTURES: CollectionSpec<ShelvedRecord> = { name: 'shelved_pictures', unique: {} };

export interface Shelf {
  /**
   * Unless it is not wanted any more. @returns whether the broker has it
   * @throws ApiError `no_snapshot` when the broker does not take so much
   */
  put(cameraId: string, picture: Uint8Array): Promise<boolean>;
  /** Clears what is not wanted; what cannot be cleared now is cleared the next time. Never rejects. */
  tidy(): Promise<void>;
}

interface Parts {
  /** False where no broker said that it has it. Rejects with an ApiError for what the broker would not take. */
  readonly publish: (message: OutboundMessage) => Promise<boolean>;
  readonly topics: Pick<Topics, 'cameraPicture'>;
  readonly store: Store;
  readonly isWanted: (camera: CameraRecord | undefined) => boolean;
  readonly log: Log;
}

export function createShelf({ publish, topics, store, isWanted, log }: Parts): Shelf {
  const cameras = store.collection(CAMERAS);
  const shelved = store.collection(SHELVED_PICTURES);
  const topicOf = (cameraId: string) => topics.cameraPicture(Number(cameraId));
  const isInPlace = ({ id, cameraId }: ShelvedRecord) => topicOf(cameraId) === id && isWanted(cameras.get(cameraId));

  async function clear(record: ShelvedRecord): Promise<void> {
    try {
      const isCleared = await publish({ topic: record.id, payload: '', retain: true, qos: 1 });
      if (isCleared && !isInPlace(record))
        await store.commit((tx) => tx.collection(SHELVED_PICTURES).delete(record.id));
    } catch (error) {
      log.warn({ err: error, topic: record.id }, 'a picture could not be cleared');
    }
  }

  return {
    async put(cameraId, picture) {
      const topic = topicOf(cameraId);
      if (!isWanted(cameras.get(cameraId))) return false;
      if (!shelved.get(topic)) await store.commit((tx) => tx.collection(SHELVED_PICTURES).put({ id: topic, cameraId }));
      // It may have gone meanwhile; what is noted for nothing is cleared at the next occasion.
      if (!isWanted(cameras.get(cameraId))) return false;
      try {
        return await publish({ topic, payload: picture, retain: true, qos: 1 });
      } catch (error) {
        throw error instanceof ApiError ? noSnapshot('too_large', error) : error;
      }
    },
    async tidy() {
      await Promise.all([...shelved.values()].filter((record) => !isInPlace(record)).map(clear));
    },
  };
}
