/** Owns an RTSP camera that a test kills, freezes and revives, for suites in which it is only ever asked for its description. */

import { type RtspStandIn, startRtspStandIn } from './rtsp-stand-in.ts';

export interface ScriptedCamera {
  readonly url: string;
  /** It tells nothing to whoever shows no login. */
  wantsLogin: boolean;
  kill(): Promise<void>;
  freeze(): void;
  /** Undoes both. */
  revive(): Promise<void>;
}

export async function scriptedCamera(): Promise<ScriptedCamera> {
  let isFrozen = false;
  const answer = (request: string) => {
    const [, cSeq = ''] = /^CSeq: *(\d+)/im.exec(request) ?? [];
    if (isFrozen) return undefined;
    if (self.wantsLogin && !/^Authorization:/im.test(request)) {
      return `RTSP/1.0 401 Unauthorized\r\nCSeq: ${cSeq}\r\nWWW-Authenticate: Basic realm="door"\r\n\r\n`;
    }
    const body = request.startsWith('DESCRIBE') ? 'v=0\r\n' : '';
    return `RTSP/1.0 200 OK\r\nCSeq: ${cSeq}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  let camera: RtspStandIn | undefined = await startRtspStandIn(answer);
  const { port } = camera;
  const self: ScriptedCamera = {
    wantsLogin: false,
    url: `rtsp://127.0.0.1:${port}/door`,
    async kill() {
      const running = camera;
      camera = undefined;
      await running?.close();
    },
    freeze() {
      isFrozen = true;
    },
    async revive() {
      isFrozen = false;
      camera ??= await startRtspStandIn(answer, undefined, port);
    },
  };
  return self;
}
