/** Owns what the bridge that sees a source tells the others of it every two seconds: what flows there, and how it is with the source. */

import type { MediaPaths } from '../../core/cameras/control.ts';
import type { Check } from '../../protocol/entities/health.ts';
import type { PathInfo } from '../../protocol/entities/htop.ts';
import { decode } from '../../protocol/envelope.ts';
import type { StreamPorts } from '../../protocol/stream-ports.ts';
import type { Core } from '../core.ts';

export interface Told {
  readonly media: MediaPaths;
  readonly health: Check;
  readonly streamPorts: Partial<StreamPorts>;
}

/** A part of it: a message of NATS has its bounds. */
interface Part {
  readonly round: number;
  readonly isLast: boolean;
  readonly paths: readonly PathInfo[];
  readonly health: Check;
  readonly streamPorts: Partial<StreamPorts>;
}

const TELL_MS = 2000;
const PATHS = 1000;
const NOTHING: Check = { healthy: null, meta: { reason: 'starting' } };
const channelOf = (source: string) => `shown of ${source}`;

/** Returns what ends it; nothing is told where nobody listens. */
export function tellOthers(source: string, what: Told, { membership, clock }: Pick<Core, 'membership' | 'clock'>) {
  const exchange = membership?.exchange;
  if (exchange === undefined) return undefined;
  let round = clock.now();
  let cancel = () => {};

  function tell(): void {
    cancel = clock.after(TELL_MS, tell);
    if (exchange?.others.length === 0) return;
    round += 1;
    const { health, streamPorts } = what;
    const all = what.media.list();
    for (let from = 0; from === 0 || from < all.length; from += PATHS) {
      const paths = all.slice(from, from + PATHS);
      const part: Part = { round, isLast: from + PATHS >= all.length, paths, health, streamPorts };
      exchange?.say(channelOf(source), Buffer.from(JSON.stringify(part)));
    }
  }

  tell();
  return () => cancel();
}

/** What the others were told last. */
export function hearTold(source: string, { membership, log }: Pick<Core, 'membership' | 'log'>): Told {
  let shown = new Map<string, PathInfo>();
  let coming: { readonly round: number; readonly paths: PathInfo[] } = { round: 0, paths: [] };
  let health = NOTHING;
  let streamPorts: Partial<StreamPorts> = {};
  membership?.exchange.listen(channelOf(source), (bytes) => {
    // Sound as far as bridges of one version speak: another one may have more to say.
    const part = decode(bytes) as Part;
    if (part.round !== coming.round) coming = { round: part.round, paths: [] };
    coming.paths.push(...part.paths);
    if (!part.isLast) return;
    ({ health, streamPorts } = part);
    shown = new Map(coming.paths.map((path) => [path.path, path]));
    log.debug({ source, paths: shown.size }, 'another bridge has told of a source');
  });
  return {
    media: { list: () => [...shown.values()], get: (path) => shown.get(path) },
    get health() {
      return health;
    },
    get streamPorts() {
      return streamPorts;
    },
  };
}
