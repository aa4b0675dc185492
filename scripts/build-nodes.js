// The package of the nodes as Node-RED loads it: a file for each node and what they share, the MQTT client within; icons, texts and dialogs beside them.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.js';

/** @param {string} root of the checkout */
export async function buildNodes(root) {
  const folder = join(root, 'nodes');
  const target = join(folder, 'dist');
  rmSync(target, { recursive: true, force: true });
  const { 'node-red': palette } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  await buildRuntime(folder, Object.keys(palette.nodes), target);
  // The only place where Node-RED looks for them.
  cpSync(join(root, 'icons'), join(target, 'icons'), { recursive: true });
  cpSync(join(folder, 'locales'), join(target, 'locales'), { recursive: true });
  const forms = readdirSync(folder).filter((name) => name.endsWith('.html'));
  await Promise.all(forms.map((form) => buildDialog(folder, form, target)));
}

// What the nodes share stays one file each time: they find one another's connections there.
async function buildRuntime(folder, types, target) {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: types.map((type) => `${type}.ts`),
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

async function buildDialog(folder, form, target) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, form.replace(/html$/, 'editor.ts'))],
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
  const html = `<script type="text/javascript">\n${script}</script>\n${readFileSync(join(folder, form), 'utf8')}`;
  writeFileSync(join(target, form), html);
}
