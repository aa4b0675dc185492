/** Owns which packages of a lock file an advisory is about. Both come in as they are written: `package-lock.json`, and OSV. */

import { gte, lt, valid } from 'semver';

/**
 * @param lock content of a `package-lock.json`, version 2 or 3
 * @param vulns advisories in the form of OSV
 * @returns one entry for each package and advisory: where it lies, its version, whether only development needs it, and the advisory
 */
export function affectedPackages(lock, vulns) {
  const packages = Object.entries(lock.packages).flatMap(([path, { version, dev = false, name }]) => {
    const given = name ?? path.split('node_modules/').at(-1);
    return path === '' || !valid(version) ? [] : [{ path, name: given, version, dev }];
  });
  return packages.flatMap((found) =>
    vulns.filter((vuln) => isAbout(vuln, found)).map(({ id, summary }) => ({ ...found, id, summary })),
  );
}

function isAbout({ affected }, { name, version }) {
  return affected.some(
    ({ package: of, ranges = [], versions = [] }) =>
      of.ecosystem === 'npm' &&
      of.name === name &&
      (versions.includes(version) || ranges.some(({ events }) => isWithin(version, events))),
  );
}

/** OSV: the last event that is not above the version decides. */
function isWithin(version, events) {
  let isInside = false;
  for (const { introduced, fixed, last_affected: last } of events) {
    if (introduced !== undefined && (introduced === '0' || gte(version, introduced))) isInside = true;
    if (fixed !== undefined && gte(version, fixed)) isInside = false;
    if (last !== undefined && lt(last, version)) isInside = false;
  }
  return isInside;
}
