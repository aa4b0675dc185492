/** Owns go2rtc's API as calls: what its streams do, and whether one can be had. Has no call that writes. */

import type { Finding } from '../core/cameras/facts.ts';
import { findingOf } from './causes.ts';
import { failure, type Questions } from './question.ts';
import { parseStream, parseStreams, type StreamReport } from './streams/report.ts';

export interface Go2RtcApi {
  /** Every stream, in one consistent picture. */
  streams(): Promise<readonly StreamReport[]>;
  /**
   * Has go2rtc connect to the source of a stream, unless it is: for that moment it is read, which wakes a sleeping camera.
   * Undefined before 1.9, which does not do that.
   */
  look(name: string): Promise<Finding | undefined>;
}

/** go2rtc gives a source five seconds to connect, and as long to answer. */
const LOOK_TIMEOUT_MS = 12_000;

export function createGo2RtcApi({ ask }: Pick<Questions, 'ask'>): Go2RtcApi {
  return {
    async streams() {
      const { status, text } = await ask('/api/streams');
      const reports = status === 200 ? parseStreams(decoded(text)) : undefined;
      if (!reports) throw failure('GO2RTC_URL leads to something that is not the API of go2rtc');
      return reports;
    },
    async look(name) {
      const { status, text } = await ask(`/api/streams?src=${encodeURIComponent(name)}&video=all`, LOOK_TIMEOUT_MS);
      if (status === 200) return parseStream(name, decoded(text)).producers.length > 0 ? 'up' : undefined;
      return status === 404 ? 'wrong-path' : findingOf(text);
    },
  };
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
