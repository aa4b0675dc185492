/** Owns when a published picture is renewed: as the feed becomes ready, when somebody asks, by the clock. Wakes no camera by itself. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { TakePicture } from '../core/cameras/control.ts';
import { hasPublishedPicture } from '../core/cameras/expectation.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Log, MqttLink, OutboundMessage } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { createDeadlines } from '../core/timing/deadlines.ts';
import { createFairQueue } from '../core/timing/fair-queue.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Topics } from '../protocol/topics.ts';
import { createShelf } from './shelf.ts';

export interface Pictures {
  /**
   * Wakes the camera if need be. Resolves when the broker has the picture.
   * @throws ApiError `unavailable` where its picture is not published, or the broker is away, or `no_snapshot`
   */
  renew(cameraId: string): Promise<void>;
  close(): void;
}

interface Parts {
  readonly take: TakePicture;
  readonly link: Pick<MqttLink, 'onUp'>;
  /** False where no broker said that it has it. Rejects with an ApiError for what the broker would not take. */
  readonly publish: (message: OutboundMessage) => Promise<boolean>;
  readonly topics: Pick<Topics, 'cameraPicture'>;
  /** Whether pictures are published of cameras that do not say otherwise. */
  readonly isDefault: boolean;
  /** Whether it is for this bridge to renew the picture of a camera by itself; absent: of every camera. */
  readonly isOurs?: (camera: CameraRecord) => boolean;
  readonly cameras: Pick<Cameras, 'facts'>;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** People who wait for a picture find a place beside them. */
const AT_ONCE = 2;

export function publishPictures({ take, isDefault, isOurs = () => true, cameras, bus, ...parts }: Parts): Pictures {
  const { link, store, clock, log } = parts;
  const records = store.collection(CAMERAS);
  const isWanted = (camera: CameraRecord | undefined) =>
    camera?.isEnabled === true && hasPublishedPicture(camera, isDefault);
  const shelf = createShelf({ ...parts, isWanted });
  const queue = createFairQueue({ running: AT_ONCE });
  const deadlines = createDeadlines(clock, ring);
  /** Cameras by the seconds after which they are due. */
  const intervals = new Map<string, number>();
  /** Those whose feed is ready, and a picture of it was asked for. */
  const seen = new Set<string>();
  const planned = new Set<string>();
  /** Somebody asked for a picture, and that one is under way. */
  const asked = new Set<string>();
  /** Said once, until a picture comes. */
  const faults = new Map<string, string>();
  let isClosed = false;

  function isReady(id: string): boolean {
    const { ready, pending } = cameras.facts(id);
    return ready && pending === null;
  }

  function plan(id: string): void {
    if (planned.has(id)) return;
    planned.add(id);
    void queue.run(id, async () => {
      planned.delete(id);
      const camera = records.get(id);
      if (!isClosed && camera && isOurs(camera) && isWanted(camera) && isReady(id)) await tryToRenew(id);
    });
  }

  async function tryToRenew(id: string): Promise<void> {
    try {
      await shelf.put(id, await take(id));
      faults.delete(id);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isClosed || faults.get(id) === reason) return;
      faults.set(id, reason);
      log.warn({ cameraId: id, reason }, 'no picture of a camera could be published');
    }
  }

  function look(id: string): void {
    if (seen.has(id) || !isReady(id) || !isWanted(records.get(id))) return;
    seen.add(id);
    // It may have become ready for the very picture that is being taken.
    if (!asked.has(id)) plan(id);
  }

  async function takeAsked(id: string): Promise<void> {
    asked.add(id);
    try {
      if (await shelf.put(id, await take(id))) return;
      throw unavailable(isWanted(records.get(id)) ? NOT_TAKEN : NOT_PUBLISHED);
    } catch (error) {
      if (seen.has(id)) plan(id);
      throw error;
    } finally {
      asked.delete(id);
    }
  }

  /** One that comes on demand is left alone while nobody reads it: each picture would keep it up. */
  function ring(id: string): void {
    const { demanded, readers } = cameras.facts(id);
    if (isReady(id) && (!demanded || readers.size > 0)) plan(id);
    arm(id);
  }

  function arm(id: string): void {
    const seconds = intervals.get(id);
    deadlines.set(id, seconds === undefined ? undefined : clock.now() + seconds * 1000);
  }

  function keepTime(id: string): void {
    const camera = records.get(id);
    const seconds = isWanted(camera) ? camera?.snapshotInterval : undefined;
    if (intervals.get(id) === seconds) return;
    if (seconds === undefined) intervals.delete(id);
    else intervals.set(id, seconds);
    arm(id);
  }

  function changed(id: string): void {
    keepTime(id);
    if (isWanted(records.get(id))) {
      look(id);
      return;
    }
    seen.delete(id);
    faults.delete(id);
    void shelf.tidy();
  }

  const stops = [
    bus.on('event', ({ domain, event, entity }) => {
      if (domain !== 'camera' || entity === null) return;
      if (event === 'created' || event === 'updated' || event === 'removed') changed(String(entity));
    }),
    bus.on('cameraState', ({ cameraId, state }) => {
      if (state?.ready) look(String(cameraId));
      else seen.delete(String(cameraId));
    }),
  ];
  for (const { id } of records.values()) keepTime(id);
  link.onUp(() => {
    void shelf.tidy();
    seen.clear();
    for (const { id } of records.values()) look(id);
  });

  return {
    async renew(cameraId) {
      if (!isWanted(records.get(cameraId))) throw unavailable(NOT_PUBLISHED);
      await takeAsked(cameraId);
    },
    close() {
      isClosed = true;
      for (const stop of stops) stop();
      deadlines.close();
    },
  };
}

const NOT_PUBLISHED =
  'The picture of this camera is not published: enable the camera, and set its "snapshots" or SNAPSHOT_TOPICS';
const NOT_TAKEN = 'The MQTT broker did not take the picture: it cannot be reached at the moment';

function unavailable(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
