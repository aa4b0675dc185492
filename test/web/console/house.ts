/** Owns a house with something to see in every view: cameras in every condition, people, accounts, a project of Google's, and what happened. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MediaMtxStandIn, startMediaMtx } from '../../support/cameras/mediamtx.ts';
import { VERSIONS } from '../../support/cameras/mediamtx-shapes.ts';
import { freePort } from '../../support/free-port.ts';
import { temporaryDirectory } from '../../support/process.ts';
import type { Service } from '../../support/service.ts';
import type { Browser } from '../browser.ts';
import { drawPicture } from './drawn-picture.ts';
import { type Api, signInOverHttp, startConsole } from './setting.ts';

export interface House {
  readonly service: Service;
  readonly api: Api;
  readonly mediaMtx: MediaMtxStandIn;
  /** A camera that is up, with a picture. */
  readonly cameraId: number;
  readonly offCameraId: number;
  readonly accountId: string;
  stop(): Promise<void>;
}

/** Nobody misses their picture while nobody wants it. */
const DEMANDED = { expected: 'on-demand' };
const PICTURES = ['front-door', 'driveway', 'garden', 'living-room'] as const;

export async function furnishHouse(browser: Browser): Promise<House> {
  const [mediaMtx, folder, refusedPort] = await Promise.all([
    startMediaMtx(VERSIONS['1.20']),
    temporaryDirectory(),
    freePort(),
  ]);
  const program = join(folder.path, 'ffmpeg');
  await writeFile(program, await cameraProgram(browser, folder.path), { mode: 0o755 });
  const env = { MEDIAMTX_URL: mediaMtx.url, FFMPEG_PATH: program, STATE_DOWN_DELAY_MS: '0' };
  const service = await startConsole({ env });
  const api = await signInOverHttp(service.httpUrl);
  const cameras = await addCameras(api, mediaMtx, refusedPort);
  for (const id of cameras.up) await fetchPicture(service.httpUrl, api.token, id);
  await addPeople(api);
  const accountId = await addAccounts(api);
  await service.client({ clientId: 'kitchen-display' });
  return {
    service,
    api,
    mediaMtx,
    cameraId: cameras.up[0] ?? 0,
    offCameraId: cameras.off,
    accountId,
    async stop() {
      await service.stop();
      await mediaMtx.close();
      await folder.remove();
    },
  };
}

/** Stands in for ffmpeg: the picture of whatever path it is asked for. */
async function cameraProgram(browser: Browser, folder: string): Promise<string> {
  const cases: string[] = [];
  for (const [index, name] of PICTURES.entries()) {
    const file = join(folder, `${name}.jpeg`);
    await writeFile(file, await drawPicture(browser, index));
    cases.push(`*${name}*) cat '${file}';;`);
  }
  return `#!/bin/sh\ncase "$(cat)" in ${cases.join(' ')} *) exit 1;; esac\n`;
}

async function addCameras(api: Api, mediaMtx: MediaMtxStandIn, refusedPort: number) {
  const add = (name: string, room: string, path: string, more: Record<string, unknown> = {}) => {
    mediaMtx.configure(path, { source: 'publisher' });
    return api.addCamera({ name, room, mtx_path: path, is_enabled: true, ...more });
  };
  let bytes = 0;
  const since = new Date(Date.now() - 3 * 60 * 60 * 1000).toISOString();
  const feed = (path: string, viewers: number) =>
    mediaMtx.feed(path, {
      ...{ since, bytes, tracks: ['H264'] },
      readers: Array.from({ length: viewers }, (_none, index) => ({ type: 'webRTCSession', id: `${path}-${index}` })),
    });
  const feedAll = () => {
    bytes += 100_000;
    for (const [index, path] of PICTURES.entries()) feed(path, index === 0 ? 2 : index % 2);
  };
  feedAll();
  // What does not grow would be a stream that stalls.
  mediaMtx.onRequest = feedAll;
  const up = [
    await add('Front door', 'Outside', 'front-door', { is_persistent: true }),
    await add('Driveway', 'Outside', 'driveway'),
    await add('Garden', 'Outside', 'garden'),
    await add('Living room', 'Ground floor', 'living-room'),
  ];
  await add('Kitchen', 'Ground floor', 'kitchen', DEMANDED);
  await add('Nursery', 'Upstairs', 'nursery', DEMANDED);
  await add('Hallway with a rather long name that must wrap somewhere', 'Upstairs', 'hallway', DEMANDED);
  const source = { type: 'rtsp', url: `rtsp://127.0.0.1:${refusedPort}/stream` };
  await api.addCamera({ name: 'Back door', room: 'Outside', mtx_path: 'back-door', is_enabled: true, source });
  const off = await api.addCamera({ name: 'Attic', room: 'Upstairs', mtx_path: 'attic', is_enabled: true, source });
  await api.ask('update', 'cameras', String(off), { is_enabled: false });
  await api.addCamera({ name: 'New camera', room: 'Upstairs' });
  mediaMtx.configure('shed', { source: 'publisher' });
  for (const id of up) await api.emit(id, 'motion');
  await api.emit(up[0] ?? 0, 'person');
  return { up, off };
}

async function fetchPicture(url: string, token: string, id: number): Promise<void> {
  const response = await fetch(`${url}/api/cameras/${id}/snapshot`, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`no picture of camera ${id}: ${response.status}`);
}

async function addPeople(api: Api): Promise<void> {
  const password = 'a good password';
  const add = (username: string, more: object) =>
    api.ask('create', 'users', undefined, { username, password, ...more });
  await add('anna', { can_login: true });
  await add('plug-in-the-workshop', { can_login: true, role: 'device', topics: ['tele/plug/#', 'cmnd/plug/#'] });
}

/** @returns the id of the first */
async function addAccounts(api: Api): Promise<string> {
  const add = async (payload: Record<string, unknown>) =>
    String(Object(await api.ask('create', 'instances', undefined, payload))._id);
  const first = await add({ label: 'Workshop sensors' });
  const second = await add({ label: 'Greenhouse' });
  await api.ask('update', 'instances', second, { enabled: false });
  await add({ expires_at: '2099-01-01T00:00:00Z' });
  const oauth = { oauth_client_id: 'client.apps.googleusercontent.com', oauth_client_secret: 'a secret' };
  await api.ask('create', 'credentials', undefined, { description: 'House', dac_project_id: 'project', ...oauth });
  return first;
}
