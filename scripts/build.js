// Compiles the service to dist/ and the nodes to nodes/dist/. With --if-needed it does nothing while no source is newer than the last build.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.js';
import { buildProgram } from './build-program.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sources = [
  'src',
  'nodes',
  'addon',
  'bench',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'icons',
  'scripts/build.js',
  'scripts/build-console.js',
  'scripts/build-nodes.js',
  'scripts/build-program.js',
  'scripts/licences.js',
];

if (process.argv.includes('--if-needed') && isFresh()) process.exit(0);

console.log('Building ...');
rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], {
  cwd: root,
  stdio: 'inherit',
});
await buildProgram(root, join(root, 'dist'));
copyPages();
await buildConsole(root);
// The image of the app is built without them.
if (existsSync(join(root, 'nodes'))) {
  const { buildNodes } = await import('./build-nodes.js');
  await buildNodes(root);
}
writeFileSync(stamp, '');

// A folder for each page, with all of its files: our own, and those of Swagger UI with its licence.
function copyPages() {
  const own = (page) => join(root, 'src', 'web', page);
  const swaggerUi = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const pages = {
    docs: {
      [own('docs')]: ['docs.html', 'docs.js', 'docs.css'],
      [swaggerUi]: ['swagger-ui-bundle.js', 'swagger-ui.css', 'swagger-ui-bundle.js.LICENSE.txt', 'LICENSE', 'NOTICE'],
    },
  };
  for (const [page, folders] of Object.entries(pages)) {
    const target = join(root, 'dist', 'web', page);
    mkdirSync(target, { recursive: true });
    for (const [folder, names] of Object.entries(folders)) {
      for (const name of names) copyFileSync(join(folder, name), join(target, name));
    }
  }
}

function isFresh() {
  // An installed package ships dist/ without the compiler and the sources: nothing to build.
  if (!existsSync(join(root, 'tsconfig.json'))) return true;
  return existsSync(stamp) && newest(sources.map((name) => join(root, name))) <= statSync(stamp).mtimeMs;
}

function newest(paths) {
  return Math.max(
    0,
    ...paths.filter(existsSync).map((path) => {
      const stat = statSync(path);
      return stat.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : stat.mtimeMs;
    }),
  );
}
