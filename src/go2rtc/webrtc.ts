/** Owns watching by go2rtc's WebRTC. It names no ICE servers, and has no way to end a stream but the browser's. */

import type { StreamServer } from '../core/watching/stream-server.ts';
import { noStream } from '../protocol/entities/watching/stream.ts';
import type { Questions } from './question.ts';

/** go2rtc gives a source five seconds to connect, and as long to answer; whoever asked waits for fifteen. */
const TIMEOUT_MS = 13_000;

export function go2RtcStreams({ offer: send }: Pick<Questions, 'offer'>): StreamServer {
  return {
    iceServers: async () => [],
    async open({ stream }, offer) {
      if (stream === undefined) throw noStream('no_server');
      const path = `/api/webrtc?src=${encodeURIComponent(stream)}`;
      const { status, text } = await send(path, offer, TIMEOUT_MS).catch((cause: unknown) => {
        throw noStream('unreachable', cause);
      });
      if (status === 404) throw noStream('not_ready');
      if (status >= 300) throw noStream(/codecs? not match/i.test(text) ? 'unplayable' : 'not_ready');
      return { answer: text, end: async () => undefined };
    },
  };
}
