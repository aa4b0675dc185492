/** Owns all that runs in a run of faults: service, broker, media servers, cameras, a viewer; how each is broken, and mended. */

import { createClosers } from '../../src/core/lifecycle.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type Mosquitto, startMosquitto } from '../support/brokers/mosquitto.ts';
import { freePort } from '../support/free-port.ts';
import { startProcess, temporaryDirectory } from '../support/process.ts';
import { recordingLog } from '../support/recording-log.ts';
import { type Kind, publishingCamera, pulledCamera, type TestCamera, watchForEver } from './cameras.ts';
import type { Chance } from './chance.ts';
import { type Programs, type Servers, startServers } from './servers.ts';
import type { Truth } from './truth.ts';

/** What holds up more than one camera. */
export const COMMON = ['service', 'broker', 'mediamtx', 'go2rtc'] as const;
export type Common = (typeof COMMON)[number];

type Broker = Pick<Mosquitto, 'port' | 'username' | 'password'>;

export interface House {
  readonly broker: Broker;
  readonly cameras: readonly (TestCamera & { readonly id: number })[];
  /** Is gone for so long, and back then. */
  breakDown(what: Common, forMs: number): Promise<void>;
  outages(cameraId: number): Promise<readonly OutageTold[]>;
  /** Of the service, over all its lives. */
  log(): string;
  close(): Promise<void>;
}

export interface OutageTold {
  readonly kind: 'down' | 'blind';
  readonly reason: string;
  readonly from: string;
  readonly until: string | null;
  readonly since: string | null;
}

interface Setting {
  readonly programs: Programs;
  readonly truth: Truth;
  readonly chance: Chance;
  /** Called when the broker is there, at first before there are cameras. */
  readonly brokerIsUp: (broker: Broker) => Promise<void>;
  /** What hears of events must leave before: a broker that ends may say twice what it said last, and does not say so. */
  readonly brokerGoes: () => Promise<void>;
}

const ADMIN = { username: 'root', password: 'the first password' };
const PULLED: readonly (readonly [string, Kind])[] = [
  ['always-1', 'always'],
  ['always-2', 'always'],
  ['idle-1', 'idle'],
  ['idle-2', 'idle'],
  ['watched', 'watched'],
];

export async function openHouse({ programs, truth, chance, brokerIsUp, brokerGoes }: Setting): Promise<House> {
  const closers = createClosers(recordingLog());
  try {
    return await open();
  } catch (error) {
    await closers.close();
    throw error;
  }

  async function film(camera: Promise<TestCamera>): Promise<TestCamera> {
    const one = await camera;
    closers.add(one.name, one.close);
    return one;
  }

  async function open(): Promise<House> {
    const directory = await temporaryDirectory();
    closers.add('directory', directory.remove);
    const broker = await startMosquitto({ persistent: true });
    closers.add('broker', broker.stop);
    await brokerIsUp(broker);
    closers.add('hearing', brokerGoes);
    const url = `http://127.0.0.1:${await freePort()}`;
    const kinds = programs.go2Rtc === undefined ? PULLED : [...PULLED, ['stream', 'stream'] as const];
    const pulled: TestCamera[] = [];
    for (const [name, kind] of kinds) pulled.push(await film(pulledCamera(name, kind, truth)));
    const streams = pulled.filter(({ kind }) => kind === 'stream');
    const servers = await startServers(programs, { directory: directory.path, ourUrl: url, streams });
    closers.add('media servers', async () => {
      await Promise.all([servers.mediaMtx.stop(), servers.go2Rtc?.stop()]);
    });
    const target = `rtsp://127.0.0.1:${servers.mediaMtx.rtspPort}`;
    const published = await film(publishingCamera('published', `${target}/published`, truth));
    const service = await openService(directory.path, settingsOf(url, broker, servers));
    closers.add('service', () => service.end('SIGTERM'));
    for (const what of COMMON) truth.turned(what, 'up');
    const ask = await logIn(url);
    const cameras: House['cameras'][number][] = [];
    for (const camera of [...pulled, published]) {
      const { id } = await ask({ command: 'create', module: 'cameras', payload: recordOf(camera) });
      cameras.push({ ...camera, id: Number(id) });
    }
    closers.add('viewer', watchForEver(`${target}/watched`));

    const { mediaMtx, go2Rtc } = servers;
    const breaks: Record<Common, { end(): Promise<unknown> | undefined; begin(): Promise<unknown> | undefined }> = {
      service: { end: () => service.end(chance.oneOf(['SIGTERM', 'SIGKILL'])), begin: service.begin },
      mediamtx: { end: () => mediaMtx.stop('SIGKILL'), begin: mediaMtx.start },
      go2rtc: { end: () => go2Rtc?.stop(), begin: () => go2Rtc?.start() },
      broker: { end: brokerGoes, begin: () => brokerIsUp(broker) },
    };

    return {
      broker,
      cameras,
      async breakDown(what, forMs) {
        const pause = () => new Promise<void>((resolve) => setTimeout(resolve, forMs));
        truth.turned(what, 'gone');
        await breaks[what].end();
        if (what === 'broker') await broker.restart(pause);
        else await pause();
        await breaks[what].begin();
        truth.turned(what, 'up');
      },
      async outages(cameraId) {
        const payload = { camera: cameraId, itemsPerPage: 1000 };
        const { items } = await ask({ command: 'list', module: 'outages', payload });
        return Array.isArray(items) ? items : [];
      },
      log: service.log,
      close: closers.close,
    };
  }
}

/** Several lives, one after another. */
async function openService(dataDir: string, env: Readonly<Record<string, string>>) {
  let life = await startProcess(dataDir, env);
  let said = '';
  return {
    async end(signal: NodeJS.Signals) {
      life.kill(signal);
      await life.exit;
      said += life.output();
    },
    async begin() {
      life = await startProcess(dataDir, env);
    },
    log: () => said + life.output(),
  };
}

function settingsOf(url: string, broker: Broker, { mediaMtx, go2Rtc }: Servers): Record<string, string> {
  return {
    PORT: new URL(url).port,
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: String(broker.port),
    MQTT_USER: broker.username,
    MQTT_PASS: broker.password,
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: ADMIN.password,
    MEDIAMTX_URL: mediaMtx.apiUrl,
    LOG_LEVEL: 'debug',
    EVENT_TOPICS: 'plain',
    ...(go2Rtc && { GO2RTC_URL: go2Rtc.apiUrl }),
  };
}

type Ask = (request: Parameters<typeof requestOverHttp>[1]) => Promise<Record<string, unknown>>;

async function logIn(url: string): Promise<Ask> {
  const send: Ask = async (request) => {
    const answer = await requestOverHttp(url, request);
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return Object(answer.value);
  };
  const { bearer } = await send({ command: 'create', module: 'auth', payload: { ...ADMIN, rememberMe: true } });
  return (request) => send({ ...request, token: String(bearer) });
}

function recordOf({ name, kind, url }: TestCamera): Record<string, unknown> {
  if (kind === 'published') return { name, mtx_path: name, is_enabled: true };
  if (kind === 'stream') return { name, is_enabled: true, source: { type: 'go2rtc', stream: name } };
  return { name, mtx_path: name, is_enabled: true, is_persistent: kind === 'always', source: { type: 'rtsp', url } };
}
