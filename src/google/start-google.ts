/** Owns the composition of all that talks to Google: logins, cameras, streams, and the doors media servers come in by. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras.ts';
import { CREDENTIALS } from '../core/credential-records.ts';
import type { GoogleTokenEndpoint } from '../core/google.ts';
import type { Job } from '../core/jobs.ts';
import { createClosers } from '../core/lifecycle.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import type { BridgeEvent } from '../protocol/events.ts';
import { createDeviceSync } from './device-sync.ts';
import { createGoogleHttp } from './http.ts';
import { createLogins } from './logins.ts';
import { createPauses } from './pauses.ts';
import { createRateBudget } from './rate-budget.ts';
import { startRtspRedirector } from './rtsp-redirector.ts';
import { createSdm } from './sdm.ts';
import { createStreams, type Streams } from './streams.ts';
import { createTokenClient } from './token-client.ts';
import { startWhep } from './whep.ts';

const GOOGLE_URLS = {
  token: 'https://oauth2.googleapis.com/token',
  /** Smart Device Management, with its version. */
  sdm: 'https://smartdevicemanagement.googleapis.com/v1',
};

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface GoogleOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly urls?: typeof GOOGLE_URLS;
  /** Numbers in [0, 1): spreads what would else be due at one moment. */
  readonly random?: () => number;
  readonly fetcher?: typeof fetch;
  /** Where media servers ask for RTSP cameras; whoever reaches it can watch them. Absent: nowhere. */
  readonly redirector?: Address | undefined;
  /** The same for WebRTC cameras; unproven on real ones. */
  readonly whep?: Address | undefined;
}

export interface Google {
  readonly tokenEndpoint: GoogleTokenEndpoint;
  readonly jobs: readonly Job[];
  readonly streams: Pick<Streams, 'serves' | 'rtspUrl' | 'webRtc' | 'release'>;
  /** Where a media server pulls this camera from; undefined when it is not to be had. */
  sourceUrl(cameraId: string): string | undefined;
  close(): Promise<void>;
}

/** Resolves when the doors are open. Logins are kept up from then on; Google need not be there. */
export async function startGoogle(options: GoogleOptions): Promise<Google> {
  const { store, clock, log, bus, urls = GOOGLE_URLS, random = Math.random, fetcher = fetch } = options;
  const closers = createClosers(log);
  const pauses = createPauses(clock);
  const http = createGoogleHttp(fetcher, clock);
  const tokens = createTokenClient({ http, url: urls.token, clock, pauses, random });
  const logins = createLogins({ ...options, random, tokens });
  closers.add('logins at Google', () => logins.close());
  const budget = createRateBudget(clock);
  const sdm = createSdm({ http, url: urls.sdm, logins, budget, clock, pauses });
  const sync = createDeviceSync({ ...options, sdm });
  closers.add('cameras at Google', () => sync.close());
  const streams = createStreams({ ...options, random, sdm });
  closers.add('streams of Google', () => streams.close());
  closers.add('waiting for Google', () => pauses.close());

  function release(cameraId: string): void {
    streams.release(cameraId).catch((error: unknown) => {
      log.error({ err: error, cameraId }, 'a stream could not be given up');
    });
  }

  function heard({ domain, event, entity }: BridgeEvent): void {
    const id = String(entity);
    if (domain === 'credentials') {
      if (event !== 'authenticated') return;
      logins.watch(id);
      sync.soon(id);
    } else if (event === 'unDemand' || event === 'removed') {
      release(id);
    } else if (event === 'updated' && !streams.serves(id, 'RTSP') && !streams.serves(id, 'WEB_RTC')) {
      release(id);
    }
  }

  try {
    const { redirector: rtspAddress, whep: whepAddress } = options;
    const redirector = rtspAddress && (await startRtspRedirector({ ...options, streams, address: rtspAddress }));
    if (redirector) closers.add('RTSP redirector', () => redirector.close());
    const whep = whepAddress && (await startWhep({ ...options, streams, address: whepAddress }));
    if (whep) closers.add('WHEP', () => whep.close());
    closers.add('events for Google', bus.on('event', heard));
    for (const { id } of store.collection(CREDENTIALS).values()) logins.watch(id);
    return {
      tokenEndpoint: tokens,
      jobs: [{ name: 'SyncCloudCamerasJob', crontab: '0 * * * *', run: () => sync.all() }],
      streams,
      sourceUrl(cameraId) {
        const at = (address: Address | undefined, port = 0) => `${address?.host ?? ''}:${port}`;
        if (redirector && streams.serves(cameraId, 'RTSP'))
          return `rtsp://${at(rtspAddress, redirector.port)}/cam/${cameraId}`;
        if (whep && streams.serves(cameraId, 'WEB_RTC')) return `whep://${at(whepAddress, whep.port)}/whep/${cameraId}`;
        return undefined;
      },
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
