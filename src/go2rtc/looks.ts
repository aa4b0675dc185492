/**
 * Owns how the source of a stream is looked at. Gently where it speaks RTSP: it is asked as any camera is, and nothing is woken. Through
 * go2rtc, which connects to it for that moment, only when somebody wants to know.
 */

import type { Finding } from '../core/cameras/facts.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { Log } from '../core/ports.ts';
import type { Go2RtcApi } from './go2rtc-api.ts';
import { isPulled, type StreamReport } from './streams/report.ts';
import type { StreamWatch } from './streams/watch.ts';

/** Asks an RTSP source itself. Never rejects. */
export type AskRtsp = (url: string, stopped: AbortSignal) => Promise<Finding>;

interface Parts {
  readonly api: Pick<Go2RtcApi, 'streams' | 'look'>;
  readonly watch: Pick<StreamWatch, 'report' | 'disturb'>;
  readonly askRtsp: AskRtsp;
  /** Of go2rtc's API. */
  readonly url: string;
  readonly log: Log;
}

interface How {
  /** Its feed is wanted and does not come, or somebody asks. */
  readonly isUrgent: boolean;
  readonly stopped: AbortSignal;
}

/** Undefined where nothing can be said. */
export type LookAtSource = (camera: CameraRecord, how: How) => Promise<Finding | undefined>;

export function createLooks({ api, watch, askRtsp, url, log }: Parts): LookAtSource {
  const isHere = LOOPBACK.test(new URL(url).hostname);
  /** Whether the address of a source leads to it from here, where that is known. */
  const reached = new Map<string, boolean>();

  /** The first look may come before the first list. */
  async function reportOf(stream: string): Promise<StreamReport | undefined> {
    try {
      return watch.report(stream) ?? (await api.streams()).find(({ name }) => name === stream);
    } catch {
      return undefined;
    }
  }

  async function throughGo2Rtc(stream: string): Promise<Finding | undefined> {
    // What is connected is not connected again, and go2rtc shows a source that it has lost as connected. To others it must be published.
    const report = watch.report(stream);
    if (report?.producers.length !== 0 || !isPulled(report)) return undefined;
    const settle = watch.disturb(stream);
    try {
      return await api.look(stream);
    } catch (error) {
      log.debug({ err: error, stream }, 'a look through go2rtc failed');
      return undefined;
    } finally {
      settle();
    }
  }

  /** Where it cannot be reached from here, that says something only if it could before: go2rtc may stand in another network. */
  async function asked({ url, isMasked }: RtspSource, stream: string, how: How): Promise<Finding | undefined> {
    const finding = await askRtsp(url, how.stopped);
    if (!UNREACHED.has(finding)) reached.set(url, true);
    else if (reached.get(url) !== true) return throughGo2Rtc(stream);
    // We may not know the login; that it asks for one says that it is there.
    if (finding !== 'unauthorised' || !isMasked) return finding;
    return (how.isUrgent ? await throughGo2Rtc(stream) : undefined) ?? 'up';
  }

  return async ({ stream = '', probe = true }, how) => {
    if (!probe && !how.isUrgent) return undefined;
    const source = rtspSourceOf(await reportOf(stream), isHere);
    if (source && reached.get(source.url) !== false) {
      const finding = await asked(source, stream, how);
      // go2rtc gets it and we do not: it is not connected again and again to find out the same.
      if (finding === 'up' && !reached.has(source.url)) reached.set(source.url, false);
      return finding;
    }
    return how.isUrgent ? throughGo2Rtc(stream) : undefined;
  };
}

const UNREACHED: ReadonlySet<Finding> = new Set(['refused', 'silent', 'unreachable']);
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/i;

interface RtspSource {
  readonly url: string;
  readonly isMasked: boolean;
}

/**
 * Of several sources go2rtc takes what it needs from each: the first that speaks RTSP stands for the camera.
 * @param isHere go2rtc runs on this machine: elsewhere a loopback address is another machine's
 */
function rtspSourceOf(report: StreamReport | undefined, isHere: boolean): RtspSource | undefined {
  const source = report?.sources.find((url) => /^rtsps?:/i.test(url));
  const [url = ''] = source?.split('#') ?? [];
  if (!URL.canParse(url) || (!isHere && LOOPBACK.test(new URL(url).hostname))) return undefined;
  return { url, isMasked: url.includes('***@') };
}
