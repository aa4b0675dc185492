// Completes a bill of materials: reads what `npm sbom` wrote (CycloneDX, JSON), adds Node and the packages of the Debian that it runs
// on, and writes the whole.
//   npm sbom --omit=dev --sbom-format=cyclonedx | node scripts/bill-of-materials.js > sbom.cdx.json
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const FIELDS = ['Package', 'Version', 'Architecture', 'db:Status-Status'];

const bill = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify({ ...bill, components: [...bill.components, node(), ...debianPackages()] }, null, 2));

function node() {
  const { node: version } = process.versions;
  const purl = `pkg:generic/node@${version}`;
  return { type: 'application', 'bom-ref': purl, name: 'node', version, purl };
}

/** With their names as CVE lists of Debian have them: package-url, type `deb`. */
function debianPackages() {
  const [, release] = /^VERSION_ID="?(\d+)/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  const format = `${FIELDS.map((field) => `\${${field}}`).join('\t')}\n`;
  const lines = execFileSync('dpkg-query', ['--show', `--showformat=${format}`], { encoding: 'utf8' }).trim();
  const packages = lines.split('\n').map((line) => line.split('\t'));
  return packages
    .filter(([, , , status]) => status === 'installed')
    .map(([name, version, architecture]) => {
      const query = `arch=${architecture}&distro=debian-${release}`;
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${query}`;
      return { type: 'library', 'bom-ref': purl, name, version, purl };
    });
}
