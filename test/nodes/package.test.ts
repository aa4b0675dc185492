import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE as NAME_AT_RUNTIME } from '../../nodes/runtime/package.ts';
import { textKey } from '../../nodes/runtime/texts.ts';
import { PACKAGE, startNodeRed } from '../support/node-red/node-red.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODES = join(ROOT, 'nodes');
/** An installation may cost this much, in bytes. */
const LARGEST = 12_000_000;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly repository: { readonly url: string };
  readonly bugs: { readonly url: string };
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly 'node-red': { readonly version: string; readonly nodes: Readonly<Record<string, string>> };
}

const manifest: Manifest = JSON.parse(readFileSync(join(NODES, 'package.json'), 'utf8'));
const TYPES = Object.keys(manifest['node-red'].nodes);
const LANGUAGES = readdirSync(join(NODES, 'locales'));

function read(...path: string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8');
}

function builtFiles(ending: string): string[] {
  const files = readdirSync(join(NODES, 'dist'), { recursive: true }).map(String);
  return files.filter((name) => name.endsWith(ending));
}

/** Every key of a catalogue, with the variables that its text has. */
function keysOf(catalog: object, prefix = ''): string[] {
  return Object.entries(catalog).flatMap(([key, value]) => {
    if (typeof value === 'object' && value !== null) return keysOf(value, `${prefix}${key}.`);
    const variables = [...String(value).matchAll(/__\w+__/g)].map(String).toSorted((a, b) => a.localeCompare(b));
    return [`${prefix}${key} ${variables.join(' ')}`];
  });
}

function sectionsOf(help: string): number {
  return [...help.matchAll(/^### /gm)].length;
}

describe('the manifest fulfils what the scorecard of Node-RED asks for', () => {
  it('in name, licence, links, keywords and versions (P01 to P07)', () => {
    expect(manifest.name).toBe(PACKAGE);
    expect(NAME_AT_RUNTIME).toBe(PACKAGE);
    expect(manifest.license).toBe('MIT');
    for (const url of [manifest.repository.url, manifest.bugs.url]) expect(url).toMatch(/^(git\+)?https:/);
    expect(manifest.keywords).toContain('node-red');
    expect(manifest['node-red'].version).toBe('>=4.1.0');
    // Never capped, and it admits the oldest Node of Node-RED 5, 22.9.
    expect(manifest.engines.node).toBe('>=20.19');
  });

  it('in its dependencies: none, the MQTT client is within (D01 to D03)', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
    const code = builtFiles('.js').map((name) => read('nodes', 'dist', name));
    const within = code.flatMap((text) => [...text.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)]);
    const names = new Set(within.map(([, name]) => name));
    expect(names).toContain('mqtt');
    const licences = read('nodes', 'dist', 'LICENCES.txt');
    for (const name of names) expect(licences).toContain(`== ${name} `);
  });

  it('in its nodes: each is a file of its own, named as its type, and flat', () => {
    for (const [type, path] of Object.entries(manifest['node-red'].nodes)) expect(path).toBe(`dist/${type}.js`);
  });

  it('in its examples: every type is in one (N02)', () => {
    const examples = readdirSync(join(NODES, 'examples')).filter((name) => name.endsWith('.json'));
    const used = new Set(
      examples
        .flatMap((name) => JSON.parse(read('nodes', 'examples', name)) as { type: string }[])
        .map(({ type }) => type),
    );
    for (const type of TYPES) expect(used).toContain(type);
  });

  it('in its dialogs: types, categories and defaults stand in the html as literals', () => {
    for (const type of TYPES) {
      const html = read('nodes', 'dist', `${type}.html`);
      expect(html).toMatch(new RegExp(`RED\\.nodes\\.registerType\\("${type}", \\{\\s+category: "`));
      expect(html).toMatch(/^<script type="text\/javascript">/);
      expect(html).not.toMatch(/#[0-9a-f]{3,6}\b(?=[^"]*;)/i);
    }
  });
});

describe('every node', () => {
  it('names its texts by the package that has them', () => {
    expect(textKey('some-node', 'status.x')).toBe(`${manifest.name}/some-node:some-node.status.x`);
  });

  it.each(TYPES)('%s has texts and help in each language, with the same keys and sections', (type) => {
    const [first, ...others] = ['en-US', ...LANGUAGES.filter((language) => language !== 'en-US')].map((language) => ({
      keys: keysOf(JSON.parse(read('nodes', 'locales', language, `${type}.json`))).toSorted((a, b) =>
        a.localeCompare(b),
      ),
      help: read('nodes', 'locales', language, `${type}.html`),
    }));
    expect(others.length).toBeGreaterThan(0);
    for (const { keys, help } of others) {
      expect(keys).toEqual(first?.keys);
      expect(help).toContain(`<script type="text/markdown" data-help-name="${type}">`);
      expect(sectionsOf(help)).toBe(4);
    }
    for (const section of ['Inputs', 'Outputs', 'Details', 'References'])
      expect(first?.help).toContain(`### ${section}`);
  });

  it.each(TYPES)('%s uses no text that is missing', (type) => {
    const files = readdirSync(NODES, { recursive: true }).map(String);
    const sources = files.filter((name) => /\.(ts|html)$/.test(name) && !/^(dist|locales)\b/.test(name));
    const code = sources.map((name) => read('nodes', name)).join('\n');
    const known = keysOf(JSON.parse(read('nodes', 'locales', 'en-US', `${type}.json`)));
    // A key, or the beginning of one that code completes.
    const used = [...code.matchAll(new RegExp(`\\b${type}\\.[a-zA-Z]+(?:\\.[a-zA-Z]+)*`, 'g'))].map(String);
    const keys = used.filter((key) => !/\.(svg|ts|js|html|read|write)$/.test(key));
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys) expect([key, known.some((one) => one.startsWith(key))]).toEqual([key, true]);
  });

  it('with a palette entry has an icon of the right form, white on nothing', () => {
    for (const icon of readdirSync(join(ROOT, 'icons'))) {
      const svg = read('icons', icon);
      expect(svg).toContain('viewBox="0 0 40 60"');
      expect([...svg.matchAll(/(?:fill|stroke)="(#\w+)"/g)].map(([, colour]) => colour)).toEqual(['#fff']);
    }
  });
});

describe('the graph of modules that Node-RED loads', () => {
  it('has a default export for each node, and no await at the top: Node-RED 4.1 could not load it', async () => {
    for (const type of TYPES)
      expect(read('nodes', 'dist', `${type}.js`)).toMatch(/^export \{\n {2}\w+ as default\n\};$/m);
    for (const name of builtFiles('.js'))
      expect([name, /^(?:(?:const|let|var) .*)?\bawait\b/m.test(read('nodes', 'dist', name))]).toEqual([name, false]);
  });
});

describe('what the package says of itself', () => {
  it('is its own name: catalogues of the former one are not there', () => {
    const texts = [...builtFiles('.js'), ...builtFiles('.html')].map((name) => [name, read('nodes', 'dist', name)]);
    expect(
      texts.filter(([, text = '']) => text.includes('@nestmtx-bridge/nestmtx-bridge')).map(([name]) => name),
    ).toEqual([]);
  });
});

describe('the package of the service', () => {
  it('carries no node, and has the same version and licence', () => {
    const service = JSON.parse(read('package.json'));
    expect(service).not.toHaveProperty('node-red');
    expect(manifest.version).toBe(service.version);
    expect(read('nodes', 'LICENSE')).toBe(read('LICENSE'));
    const [{ files }] = JSON.parse(npm('pack', '--dry-run', '--ignore-scripts', '--json')) as [Packed];
    expect(files.filter(({ path }) => /^(dist\/)?nodes\/|^examples\/.*\.json$/.test(path))).toEqual([]);
  });
});

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

function npm(...args: string[]): string {
  return execFileSync('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
}

describe('the packed package', () => {
  let folder: string;
  let tarball: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestmtx-pack-'));
    const pack = ['pack', '--workspace', 'nodes', '--ignore-scripts', '--json', '--pack-destination', folder];
    const [{ filename, unpackedSize }] = JSON.parse(npm(...pack)) as [Packed];
    expect(unpackedSize).toBeLessThan(LARGEST);
    tarball = join(folder, filename);
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** As `npm install <tarball>` leaves it: there is nothing else to install. */
  async function unpack(userDir: string): Promise<void> {
    const target = join(userDir, 'node_modules', PACKAGE);
    await mkdir(target, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
    await writeFile(join(userDir, 'package.json'), JSON.stringify({ dependencies: { [PACKAGE]: '*' } }));
  }

  it('is all that Node-RED needs', async () => {
    const red = await startNodeRed({ install: unpack });
    try {
      const answer = await red.admin('nodes', { headers: { accept: 'application/json' } });
      const sets: { module: string; enabled: boolean; err?: string }[] = await answer.json();
      const ours = sets.filter(({ module }) => module === PACKAGE);
      expect(ours.filter(({ enabled, err }) => enabled && !err)).toHaveLength(TYPES.length);
      expect((await (await red.admin('icons')).json())[PACKAGE]).toHaveLength(readdirSync(join(ROOT, 'icons')).length);
    } finally {
      await red.stop();
    }
  });

  it('holds no tests, no sources and no place of the machine it was built on', () => {
    const names = execFileSync('tar', ['-tzf', tarball]).toString().trim().split('\n');
    expect(names).toEqual(expect.arrayContaining(['package/LICENSE', 'package/README.md']));
    expect(
      names.filter((name) => !/^package\/(LICENSE|README\.md|package\.json|(dist|examples)\/.*)$/.test(name)),
    ).toEqual([]);
    for (const name of names.filter((one) => one.startsWith('package/dist/')))
      expect([name, read('nodes', name.slice('package/'.length)).includes(ROOT)]).toEqual([name, false]);
  });
});
