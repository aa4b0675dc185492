// The licences of the packages whose code is within a file that we give away: each asks that its text goes along.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** @param {string} folder that the paths start from @param {string[]} sources as the bundler names them */
export function licencesOf(folder, sources) {
  const packages = new Map(
    sources
      .filter((path) => path.includes('node_modules/'))
      .map((path) => packageOf(resolve(folder, path)))
      .map((home) => [home, JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))]),
  );
  const notices = [...packages].map(([home, { name, version, license }]) => notice(home, name, version, license));
  return notices.toSorted((one, other) => one.localeCompare(other)).join('\n');
}

/** Some packages have further package.json files inside, without a name. */
function packageOf(path) {
  const [home] = path.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/) ?? [dirname(path)];
  return home;
}

function notice(home, name, version, license) {
  const files = readdirSync(home).filter((file) => /^licen[cs]e|^copying|^notice/i.test(file));
  if (files.length === 0 && !license) throw new Error(`${name} has no licence`);
  const texts = files
    .filter((file) => existsSync(join(home, file)))
    .map((file) => readFileSync(join(home, file), 'utf8').trim());
  return `== ${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
