/** Owns the images, of the app and of the service, as a suite sees them: built once and cached, run by podman in containers that keep nothing. */

import { type ExecFileException, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasProgram } from '../programs.ts';

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AppImage {
  /** Name of the app's image. */
  readonly image: string;
  /** Of the one for plain Docker and Podman. */
  readonly service: string;
  /** What both begin with: Debian with node and ffmpeg. */
  readonly base: string;
  /** Folder of the images, which outlives the run. */
  readonly cache: string;
  /** Rejects when podman fails, unless told that it may. */
  podman(args: readonly string[], mayFail?: boolean): Promise<Output>;
}

/** For `beforeAll`: the first build makes the base and installs all packages. */
export const BUILD_TIMEOUT_MS = 600_000;

const NEEDED = ['buildah', 'podman', 'runc', 'debootstrap', 'tini', 'flock'] as const;
const SCRIPT = fileURLToPath(new URL('../../../scripts/app-image.js', import.meta.url));

/** For `describe.skipIf`. */
export const appImageIsMissing = !mayBuild();

function mayBuild(): boolean {
  if (!NEEDED.every(hasProgram)) return false;
  if (process.getuid?.() === 0) return true;
  if (process.env['CI']) throw new Error('building the image needs root, which is required in CI');
  process.stdout.write('skipped: building the image needs root\n');
  return false;
}

/** Suites may ask for it at the same time. */
export async function buildAppImage(): Promise<AppImage> {
  const { stdout } = await run(process.execPath, [SCRIPT]);
  const { image, service, base, cache, podman } = JSON.parse(stdout);
  return {
    image,
    service,
    base,
    cache,
    podman: (args, mayFail = false) => run('podman', [...podman, ...args], mayFail),
  };
}

function run(program: string, args: readonly string[], mayFail = false): Promise<Output> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 2 ** 24 }, (error: ExecFileException | null, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      if (code === 0 || (mayFail && Number.isInteger(code))) resolve({ code, stdout, stderr });
      else reject(new Error(`${program} ${args.join(' ')}: ${error?.message}\n${stdout}${stderr}`));
    });
  });
}
