/** Owns what the suites of `google/` start from: a store in memory, real cryptography, and the stand-in for Google over HTTP. */

import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord } from '../../src/core/cameras/records.ts';
import { FACTS } from '../../src/core/fact-records.ts';
import { CREDENTIALS, sealPart } from '../../src/core/google/credentials.ts';
import type { GoogleTokens } from '../../src/core/google/google.ts';
import { OUTBOX } from '../../src/core/happened/outbox.ts';
import { PAST_EVENTS } from '../../src/core/happened/past-events.ts';
import { type Google, startGoogle } from '../../src/google/start-google.ts';
import { credentialsModule } from '../../src/modules/credentials.ts';
import type { BridgeEvent } from '../../src/protocol/events.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { moduleApi } from '../support/api/modules.ts';
import { googleDevice, startGoogleServer } from '../support/google/google.ts';
import { recordingLog } from '../support/recording-log.ts';
import { countingFetch, steppingClock } from '../support/stepping-clock.ts';

export const PROJECT = 'b2c3-project';
export const CLIENT = { id: '1234.apps.googleusercontent.com', secret: 'GOCSPX-secret' };
const LOCAL = { host: '127.0.0.1', port: 0 };

// The directory is for a generated key; with a key given nothing is written.
const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });

/** Everything but the running client: `start` runs it, again as well. */
export async function googleSetting({
  random = () => 0.5,
  withoutSockets = false,
  hasMediaMtx = true,
  holdsPulls = true,
}: {
  readonly random?: () => number;
  readonly withoutSockets?: boolean;
  readonly hasMediaMtx?: boolean;
  /** Google holds a pull for as long as there is nothing: nobody waits for its end then. */
  readonly holdsPulls?: boolean;
} = {}) {
  const clock = steppingClock();
  const server = await startGoogleServer(clock.now, { project: PROJECT, client: CLIENT });
  const { fetcher: counted, settled } = countingFetch(withoutSockets ? server.fetcher : fetch);
  const fetcher: typeof fetch = (input, init) =>
    (holdsPulls && String(input).endsWith(':pull') ? fetch : counted)(input, init);
  const store = memoryStore([CREDENTIALS, CAMERAS, CAMERA_STATES, FACTS, OUTBOX, PAST_EVENTS]);
  const log = recordingLog();
  const bus = createBus(log);
  const events: BridgeEvent[] = [];
  bus.on('event', (event) => events.push(event));
  const cameras = createCameras(store, bus, clock, log);
  const ports = { store, secrets, clock, log, bus, cameras };
  let google: Google | undefined;

  async function start(): Promise<Google> {
    const doors = { hasMediaMtx, redirector: LOCAL, whep: LOCAL };
    google = await startGoogle({ ...ports, urls: server.urls, random, fetcher, ...doors });
    await settled();
    return google;
  }

  /** Credentials, id 1; authorised unless null is given. */
  async function addCredentials(tokens: GoogleTokens | null = server.login(), subscription?: string): Promise<void> {
    const client = { clientId: CLIENT.id, clientSecret: CLIENT.secret, dacProjectId: PROJECT };
    const at = '2026-11-21T00:00:00.000+00:00';
    await store.commit((tx) =>
      tx.collection(CREDENTIALS).put({
        id: '1',
        description: 'House',
        checksum: secrets.checksum(client.clientId),
        sealedClient: sealPart(secrets, '1', 'client', client),
        sealedTokens: tokens && sealPart(secrets, '1', 'tokens', tokens),
        sealedPending: null,
        tokenRedirectUrl: null,
        createdAt: at,
        updatedAt: at,
        ...(subscription !== undefined && { subscription }),
      }),
    );
  }

  /** Reads all cameras from Google and puts them in use, as a person would. */
  async function addCameras(count: number, protocol = 'RTSP'): Promise<string[]> {
    server.devices = Array.from({ length: count }, (_none, index) => googleDevice(PROJECT, `d${index}`, { protocol }));
    server.pageSize = 50;
    await google?.jobs[0]?.run();
    const rows = [...store.collection(CAMERAS).values()];
    await store.commit((tx) => {
      for (const row of rows) tx.collection(CAMERAS).put({ ...row, mtxPath: `cam${row.id}`, isEnabled: true });
    });
    return rows.map(({ id }) => id);
  }

  /** What has been told of cameras and credentials, without what MediaMTX tells and creations. */
  const told = () => events.map(({ event }) => event).filter((event) => !['created', 'ready'].includes(event));

  /** MediaMTX says that it gets the stream. */
  const arrive = (id = '1') => cameras.observe(id, { kind: 'ready', at: 'now' });

  return {
    ...ports,
    server,
    events,
    told,
    settled,
    start,
    addCredentials,
    addCameras,
    arrive,
    /** Lets this much time pass. */
    pass: (ms: number) => clock.runTo(clock.now() + ms, settled),
    camera: (id: string): CameraRecord | undefined => store.collection(CAMERAS).get(id),
    isAuthorised: () => store.collection(CREDENTIALS).get('1')?.sealedTokens !== null,
    /** The module that people authorise by, over the client under test. */
    credentialsApi: (running: Google) => moduleApi(credentialsModule({ ...ports, google: running.tokenEndpoint })),
    async close() {
      await google?.close();
      await server.close();
    },
  };
}

export type GoogleSetting = Awaited<ReturnType<typeof googleSetting>>;

/** What a media server gets that asks for this address: the whole answer. */
export async function describeRtsp(url: string, method = 'DESCRIBE'): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(`${method} ${url} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: test\r\n\r\n`);
  return text(socket);
}

/** Where an answer sends a client on to; undefined when it does not. */
export function locationOf(answer: string): string | undefined {
  return answer.startsWith('RTSP/1.0 302 ') ? /^Location: (\S+)\r$/m.exec(answer)?.[1] : undefined;
}
