// The console as browsers load it: one script and one sheet with everything in them, the page, its picture, and the licences of what is within.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.js';

/** @param {string} root of the checkout @returns {Promise<string>} the folder */
export async function buildConsole(root) {
  const own = join(root, 'src', 'web', 'console');
  const target = join(root, 'dist', 'web', 'console');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { console: join(own, 'main.tsx') },
    outdir: target,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [withoutWebTransport],
  });
  mkdirSync(target, { recursive: true });
  for (const { path, contents } of outputFiles) put(join(target, basename(path)), contents);
  for (const name of ['index.html', 'logo.svg']) put(join(target, name), readFileSync(join(own, name)));
  put(join(target, 'licences.txt'), Buffer.from(licencesOf(root, Object.keys(metafile.inputs))));
  return target;
}

// The service speaks no WebTransport, and the page asks for none: its half of the client would only be loaded.
const withoutWebTransport = {
  name: 'without-webtransport',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onLoad }) {
    const filter = /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]webtransport\.js$/;
    onLoad({ filter }, () => ({ contents: 'export class WT {}' }));
  },
};

// Suites build it too, side by side: nobody may see half a file, and what is the same stays.
function put(path, contents) {
  if (isSame(path, contents)) return;
  const written = `${path}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, path);
}

function isSame(path, contents) {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}
