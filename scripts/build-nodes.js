// The package of the nodes as Node-RED loads it: a file for each node and what they share, the MQTT client within; icons, texts and dialogs beside them.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.js';

/** @param {string} root of the checkout */
export async function buildNodes(root) {
  const folder = join(root, 'nodes');
  const target = join(folder, 'dist');
  rmSync(target, { recursive: true, force: true });
  const { 'node-red': palette } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const types = Object.keys(palette.nodes);
  await buildRuntime(folder, types, target);
  // The only place where Node-RED looks for them.
  cpSync(join(root, 'icons'), join(target, 'icons'), { recursive: true });
  cpSync(join(folder, 'locales'), join(target, 'locales'), { recursive: true });
  await Promise.all(types.map((type) => buildDialog(join(folder, type), join(target, `${type}.html`))));
}

// What the nodes share stays one file each time: they find one another's connections there.
async function buildRuntime(folder, types, target) {
  const { metafile } = await build({
    absWorkingDir: folder,
    // Flat, whatever the folders here: Node-RED looks for the form and the texts of a node beside its file.
    entryPoints: types.map((type) => ({ in: `${type}/${type}.ts`, out: type })),
    outdir: target,
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    // The MQTT client is CommonJS and asks for modules of Node by this name.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(target, 'LICENCES.txt'), licencesOf(folder, Object.keys(metafile.inputs)));
}

async function buildDialog(folder, target) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'dialog.editor.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    logLevel: 'warning',
    // Not minified: the scorecard and users read it. Source paths would be those of the machine that built it.
    legalComments: 'none',
  });
  const script = outputFiles.map(({ text }) => text).join('');
  const html = `<script type="text/javascript">\n${script}</script>\n${readFileSync(join(folder, 'form.html'), 'utf8')}`;
  writeFileSync(target, html);
}
