// Compiles the sources to dist/. With --if-needed it does nothing while no source is newer than the last build.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  'scripts/build.js',
];

if (process.argv.includes('--if-needed') && isFresh()) process.exit(0);

console.log('Building ...');
rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], {
  cwd: root,
  stdio: 'inherit',
});
writeFileSync(stamp, '');

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
