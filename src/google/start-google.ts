/** Owns the composition of all that talks to Google: logins, cameras, streams, and the doors media servers come in by. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { Exchange } from '../core/cluster/exchange.ts';
import { HELD_ALONE, type Holdings } from '../core/cluster/holdings.ts';
import { CREDENTIALS } from '../core/google/credentials.ts';
import type { GoogleTokenEndpoint } from '../core/google/google.ts';
import type { Job } from '../core/jobs.ts';
import { createClosers } from '../core/lifecycle.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import type { BridgeEvent, CameraEventName } from '../protocol/events.ts';
import { type Answer, isUnreached } from './answer.ts';
import { withLogins } from './authorised.ts';
import { googleCameras } from './google-cameras.ts';
import { createGoogleHttp, type GoogleHttp } from './http.ts';
import { createLogins } from './logins.ts';
import { shareHeardAt } from './noticed/heard-at.ts';
import { createNoticing, type Noticing } from './noticed/noticing.ts';
import { createSubscription } from './noticed/subscription.ts';
import { type GoogleOutage, watchGoogleOutage } from './outage.ts';
import { createPauses } from './pauses.ts';
import { createDeviceSync } from './projects/device-sync.ts';
import { holdProjects } from './projects/projects.ts';
import { createRateBudget } from './rate-budget.ts';
import { createSdm } from './sdm.ts';
import { type Address, hostIn, openDoor } from './streams/doors.ts';
import { streamKeys } from './streams/keys.ts';
import { startRtspRedirector } from './streams/rtsp-redirector.ts';
import { createStreams, type Streams } from './streams/streams.ts';
import { startWhep } from './streams/whep.ts';
import { createTokenClient } from './token-client.ts';

export interface GoogleUrls {
  readonly token: string;
  /** Smart Device Management, with its version. */
  readonly sdm: string;
  /** Pub/Sub, with its version. */
  readonly pubsub: string;
}

const GOOGLE_URLS: GoogleUrls = {
  token: 'https://oauth2.googleapis.com/token',
  sdm: 'https://smartdevicemanagement.googleapis.com/v1',
  pubsub: 'https://pubsub.googleapis.com/v1',
};

export interface GoogleOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: Bus;
  readonly cameras: Cameras;
  /** Which project is this bridge's to look after. */
  readonly holdings?: Holdings;
  /** The other bridges; absent where there are none. */
  readonly exchange?: Exchange | undefined;
  readonly urls?: GoogleUrls | undefined;
  /** Numbers in [0, 1): spreads what would else be due at one moment. */
  readonly random?: () => number;
  readonly fetcher?: typeof fetch;
  /** Whether MediaMTX tells who watches. Without it no stream is extended, since nobody could be seen to leave. */
  readonly hasMediaMtx: boolean;
  /** Whether this bridge is the one that sees it; absent: always. */
  readonly seesMediaMtx?: () => boolean;
  /** Where media servers ask for RTSP cameras. Absent: nowhere. */
  readonly redirector?: Address | undefined;
  /** The same for WebRTC cameras; unproven on real ones. */
  readonly whep?: Address | undefined;
  /** The host that media servers find the two at; absent: where they listen. */
  readonly mediaHost?: string | undefined;
}

export interface Google {
  readonly tokenEndpoint: GoogleTokenEndpoint;
  readonly jobs: readonly Job[];
  readonly streams: Pick<Streams, 'serves' | 'rtspUrl' | 'webRtc' | 'release'>;
  /** Where a media server pulls this camera from, a secret; undefined while it is not to be had. */
  sourceUrl(cameraId: string): string | undefined;
  readonly doubtOf: GoogleOutage['doubtOf'];
  readonly noticedBy: Noticing['noticedBy'];
  /** When the subscription of these credentials last answered. */
  heardAtMs(credentialId: string): number | undefined;
  close(): Promise<void>;
}

/** Resolves when the doors are open. Logins are kept up from then on; Google need not be there. */
export async function startGoogle(options: GoogleOptions): Promise<Google> {
  const { store, clock, log, bus, exchange, urls = GOOGLE_URLS, random = Math.random, fetcher = fetch } = options;
  const closers = createClosers(log);
  const pauses = createPauses(clock);
  const http = createGoogleHttp(fetcher, clock);
  const tokens = createTokenClient({ http, url: urls.token, clock, pauses, random });
  const checked = {
    refresh: async (...asked: Parameters<typeof tokens.refresh>) => check(await tokens.refresh(...asked)),
  };
  const logins = createLogins({ ...options, random, tokens: checked });
  closers.add('logins at Google', () => logins.close());
  const budget = createRateBudget(clock);
  const outage = watchGoogleOutage(options);
  closers.add('outage of Google', () => outage.close());
  const askSdm: GoogleHttp = async (request) => {
    const answer = await http(request);
    if (answer.ok || !isUnreached(answer.failure)) outage.reached();
    else outage.missed();
    return answer;
  };
  const sdm = createSdm({ http: askSdm, url: urls.sdm, logins, budget, clock, pauses });
  const sync = createDeviceSync({ ...options, sdm, missed: outage.missed });
  closers.add('cameras at Google', () => sync.close());
  const served = googleCameras({ seesMediaMtx: () => true, ...options });
  const execute = async (...asked: Parameters<typeof sdm.execute>) => check(await sdm.execute(...asked));
  const streams = createStreams({
    ...options,
    served,
    random,
    sdm: { ...sdm, execute },
    isShared: exchange !== undefined,
  });
  closers.add('streams of Google', () => streams.close());
  const subscription = createSubscription(withLogins(http, logins), urls.pubsub);
  const noticing = createNoticing({ ...options, random, pauses, subscription });
  closers.add('what cameras of Google notice', () => noticing.close());
  closers.add('waiting for Google', () => pauses.close());

  /** Where Google was not there for one thing, its lists are asked for until they come. */
  function check<T>(answer: Answer<T>): Answer<T> {
    if (!answer.ok && isUnreached(answer.failure)) {
      for (const { id } of store.collection(CREDENTIALS).values()) sync.soon(id);
    }
    return answer;
  }

  const elsewhere = exchange && shareHeardAt({ exchange, clock, own: () => noticing.heardAtMs });
  if (elsewhere) closers.add('what others have heard of Google', elsewhere.close);
  const keys = streamKeys(options.secrets);
  const { holdings = HELD_ALONE } = options;
  const projects = holdProjects({ holdings, logins, noticing, sync, isGone: () => outage.isGone });
  closers.add('projects at Google', () => projects.close());

  function heard({ domain, event, entity }: BridgeEvent): void {
    const id = String(entity);
    if (domain === 'source' || domain === 'logins') return;
    if (domain === 'credentials') {
      if (event === 'authenticated') projects.authorised(id);
    } else if (isOver(id, event)) {
      streams.release(id).catch((error: unknown) => {
        log.error({ err: error, cameraId: id }, 'a stream could not be given up');
      });
    }
  }

  /** While MediaMTX gets the stream, the end of a demand is not yet its end: a persistent camera goes on. */
  function isOver(id: string, event: CameraEventName): boolean {
    if (event === 'unDemand') return !served.isReady(id);
    return (
      event === 'removed' || (event === 'updated' && !streams.serves(id, 'RTSP') && !streams.serves(id, 'WEB_RTC'))
    );
  }

  /** These two resolve with host and port as media servers are told them. */
  async function openRtsp(listen: Address): Promise<string> {
    const door = await openDoor(store, 'rtsp', listen, (address) =>
      startRtspRedirector({ ...options, streams, keys, address }),
    );
    closers.add('RTSP redirector', () => door.close());
    return `${hostIn(listen, options.mediaHost)}:${door.port}`;
  }

  async function openWhep(listen: Address): Promise<string> {
    const door = await openDoor(store, 'whep', listen, (address) => startWhep({ ...options, streams, keys, address }));
    closers.add('WHEP', () => door.close());
    return `${hostIn(listen, options.mediaHost)}:${door.port}`;
  }

  try {
    const rtsp = options.redirector && (await openRtsp(options.redirector));
    const whep = options.whep && (await openWhep(options.whep));
    closers.add('events for Google', bus.on('event', heard));
    closers.add(
      'credentials for Google',
      bus.on('credentialsChanged', ({ credentialId }) => projects.changed(credentialId)),
    );
    for (const { id } of store.collection(CREDENTIALS).values()) projects.changed(id);
    return {
      tokenEndpoint: tokens,
      jobs: [{ name: 'SyncCloudCamerasJob', crontab: '0 * * * *', run: () => sync.all() }],
      streams,
      sourceUrl(cameraId) {
        if (rtsp && streams.serves(cameraId, 'RTSP')) return `rtsp://${rtsp}/cam/${cameraId}/${keys.of(cameraId)}`;
        if (whep && streams.serves(cameraId, 'WEB_RTC')) return `whep://${whep}/whep/${cameraId}/${keys.of(cameraId)}`;
        return undefined;
      },
      doubtOf: outage.doubtOf,
      noticedBy: noticing.noticedBy,
      heardAtMs(id) {
        const known = [noticing.heardAtMs.get(id), elsewhere?.atMs(id)].filter((atMs) => atMs !== undefined);
        const isAsked = store.collection(CREDENTIALS).get(id)?.subscription !== undefined;
        return isAsked && known.length > 0 ? Math.max(...known) : undefined;
      },
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
