/** Owns the figures of the app's image: its size, and what it takes to start and to idle, beside a bare node in the same image. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, figure, median } from './figure.ts';
import { BENCH_LOGIN, residentMb } from './stage/child.ts';
import { type BuiltImage, buildImage, type Container, startContainer } from './stage/container.ts';

const STARTS = 5;
const IDLE_MS = 20_000;
const CAMERAS = 20;
const START_LIMIT_MS = 30_000;
const MEGABYTE = 1_000_000;

/** As little as a container that answers can be. */
const BARE = ['node', '-e', "require('http').createServer((_, response) => response.end()).listen(2000)"];

export async function* benchApp(): AsyncIterable<Figure> {
  const built = await buildImage();
  yield* size(built);
  yield* starts(built);
  yield* idle(built);
}

/** Below ours are Debian with node, and ffmpeg. */
async function* size(built: BuiltImage): AsyncIterable<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'nestmtx-bench-'));
  try {
    await built.podman('push', '--quiet', '--compress', built.image, `dir:${folder}`);
    const { layers } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    const [debian = 0, ffmpeg = 0, ...ours]: number[] = layers.map((layer: { size: number }) => layer.size / MEGABYTE);
    const base = debian + ffmpeg;
    const sum = ours.reduce((total, layer) => total + layer, 0);
    yield figure(
      'image: our layers, compressed',
      'MB',
      sum,
      base,
      'Debian, node and ffmpeg below them',
      'at most 6 MB',
    );
  } finally {
    await rm(folder, { recursive: true });
  }
  const bytes = await Promise.all(
    [built.image, built.base].map((name) => built.podman('image', 'inspect', '--format', '{{.Size}}', name)),
  );
  const [whole = 0, base = 0] = bytes.map((text) => Number(text) / MEGABYTE);
  yield figure(
    'image: our layers on the disk',
    'MB',
    whole - base,
    base,
    'Debian, node and ffmpeg below them',
    'at most 26 MB',
  );
}

async function* starts(built: BuiltImage): AsyncIterable<Figure> {
  const healthy: number[] = [];
  const answered: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    await measure(built, BARE, async (container) => {
      bare.push(await until(container, () => get(container)));
    });
    await measure(built, [], async (container) => {
      healthy.push(await until(container, () => get(container)));
      answered.push(await until(container, async () => (await logIn(container)) !== undefined));
    });
  }
  const against = 'a bare node HTTP server in the same image';
  yield figure('start of the container to healthy', 'ms', median(healthy), median(bare), against, 'told');
  yield figure('start of the container to the first login', 'ms', median(answered), median(bare), against, 'told');
}

async function* idle(built: BuiltImage): AsyncIterable<Figure> {
  let bare = Number.NaN;
  await measure(built, BARE, async (container) => {
    await until(container, () => get(container));
    bare = residentMb(container.pid);
  });
  const none = await idleMb(built, 0);
  yield figure(`resident after ${IDLE_MS / 1000} s idle, no cameras`, 'MB', none, bare, 'a bare node', 'at most 90 MB');
  const some = await idleMb(built, CAMERAS);
  yield figure(`the same with ${CAMERAS} cameras`, 'MB', some, none, 'without cameras', 'at most 90 MB');
}

async function idleMb(built: BuiltImage, cameras: number): Promise<number> {
  let resident = Number.NaN;
  await measure(built, [], async (container) => {
    await until(container, () => get(container));
    const token = await logIn(container);
    for (let number = 0; number < cameras; number += 1) {
      await post(
        container,
        'cameras',
        { name: `Camera ${number}`, mtx_path: `camera-${number}`, is_enabled: true },
        token,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    resident = residentMb(container.pid);
  });
  return resident;
}

async function measure(built: BuiltImage, command: readonly string[], look: (container: Container) => Promise<void>) {
  const container = await startContainer(built, command);
  await look(container).finally(() => container.remove());
}

/** Milliseconds from the start of the container until it is so. */
async function until({ startedAt }: Container, look: () => Promise<boolean>): Promise<number> {
  for (;;) {
    const isSo = await look().catch(() => false);
    const elapsed = performance.now() - startedAt;
    if (isSo) return elapsed;
    if (elapsed > START_LIMIT_MS) throw new Error('the container does not answer');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function get({ address }: Container): Promise<boolean> {
  return (await fetch(`http://${address}:2000/healthz`)).ok;
}

async function logIn(container: Container): Promise<string | undefined> {
  const { bearer } = await post(container, 'auth', BENCH_LOGIN);
  return typeof bearer === 'string' ? bearer : undefined;
}

async function post(
  { address }: Container,
  module: string,
  body: object,
  token?: string,
): Promise<Record<string, unknown>> {
  const response = await fetch(`http://${address}:2000/api/${module}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${module}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
