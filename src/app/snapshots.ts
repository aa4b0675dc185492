/** Owns the composition of snapshots: where the streams are, the program that reads them, and the pictures on the broker. */

import { assertSendable } from '../brokers/sendable.ts';
import type { Config } from '../config/config.ts';
import type { LastPicture, LastPictures, TakePicture } from '../core/cameras/control.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { MqttLink } from '../core/ports.ts';
import type { Topics } from '../protocol/topics.ts';
import { keepLastPictures } from '../snapshots/last-pictures.ts';
import { type Pictures, publishPictures } from '../snapshots/pictures.ts';
import { openSnapshots } from '../snapshots/snapshots.ts';
import type { Core } from './core.ts';
import { sourceOf } from './sources/names.ts';
import { pictureBytes, pictureIn } from './sources/pictures.ts';

export interface CameraPictures {
  readonly take: TakePicture;
  readonly last: LastPictures;
  /** Absent where none are published: the cameras of a followed server are none of ours. */
  readonly published?: Pictures;
}

interface Broker {
  readonly link: MqttLink;
  readonly topics: Topics;
  /** Whether it is the embedded one. */
  readonly isOurs: boolean;
}

/** What the bridges of a cluster tell one another of. */
const PICTURES = 'pictures';

export function openPictures(
  config: Config,
  core: Core,
  { link, topics, isOurs }: Broker,
  closers: Closers,
): CameraPictures {
  const { mediamtx, ffmpegPath: program, snapshotTopics: isDefault, mqtt } = config;
  const server = mediamtx && { ...mediamtx, url: mediamtx.rtspUrl };
  const snapshots = openSnapshots({ ...core, program, server });
  closers.add('snapshots', snapshots.close);
  const exchange = core.membership?.exchange;
  const tell = exchange && ((picture: LastPicture) => exchange.say(PICTURES, pictureBytes(picture)));
  const { take, last, hear, close } = keepLastPictures({ ...core, take: snapshots.take, tell });
  closers.add('last pictures', close);
  exchange?.listen(PICTURES, (bytes) => hear(pictureIn(bytes)));
  if (config.mode === 'follow') return { take, last };
  // The embedded broker takes anything from us, but what its clients may not send they need not be able to read.
  const mostBytes = isOurs ? mqtt.embedded?.limits.home.packetBytes : undefined;
  const published = publishPictures({
    ...core,
    take,
    link,
    topics,
    isDefault,
    isOurs: (camera) => core.holdings.holds(sourceOf(config, camera)),
    publish: async (message) => {
      assertSendable(message, mostBytes);
      return link.publish(message);
    },
  });
  closers.add('pictures', () => published.close());
  return { take, last, published };
}
