// What node loads at start: one file for each way in, with the parts that are needed later beside it. A hundred and more small files take longer to find than to run.
import { build } from 'esbuild';

/** @param {string} root of the checkout @param {string} target the folder of everything that is built */
export async function buildProgram(root, target) {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts', 'addon/main.ts'],
    outdir: target,
    outbase: root,
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    // Our own code only: a package stays what npm installed and audits.
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    // Over what the compiler has written there.
    allowOverwrite: true,
  });
}
