// What Node-RED's editor needs beside the compiled nodes: icons and texts are copied, each dialog gets its script in front of its form.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** @param {string} root of the checkout @param {string} target the folder of the compiled nodes */
export async function buildNodes(root, target) {
  // The only place where Node-RED looks for them.
  cpSync(join(root, 'icons'), join(target, 'icons'), { recursive: true });
  cpSync(join(root, 'nodes', 'locales'), join(target, 'locales'), { recursive: true });
  const forms = readdirSync(join(root, 'nodes')).filter((name) => name.endsWith('.html'));
  await Promise.all(forms.map((form) => buildDialog(join(root, 'nodes'), form, target)));
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
