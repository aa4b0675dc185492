/** Pins the page at /docs: everything it loads comes from us, by relative addresses, and nothing else is handed out. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../support/service.ts';

const LICENCES = ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'];

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const get = (path: string, init: RequestInit = {}) => fetch(service.httpUrl + path, init);

/** What an element names in `href` or `src`, resolved as a browser does. */
async function addressesIn(page: string): Promise<string[]> {
  const html = await (await get(page)).text();
  const named = [...html.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, address = '']) => address);
  return named.filter((address) => !address.startsWith('data:'));
}

describe('the page', () => {
  it('is at /docs/, and /docs leads there whatever prefix a proxy took off', async () => {
    const response = await get('/docs', { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, 'docs/']);
    expect((await get('/docs/')).headers.get('content-type')).toContain('text/html');
  });

  it('loads only what we serve, named relative to itself', async () => {
    const addresses = await addressesIn('/docs/');
    expect(addresses).toEqual(expect.arrayContaining(['swagger-ui-bundle.js', 'swagger-ui.css', ...LICENCES]));
    for (const address of addresses) {
      expect(address).not.toMatch(/^\/|:/);
      const { pathname } = new URL(address, `${service.httpUrl}/docs/`);
      const response = await get(pathname);
      expect([address, response.status]).toEqual([address, 200]);
      await response.arrayBuffer();
    }
  });

  it('runs no script and loads no style, font or picture from elsewhere', async () => {
    const policy = (await get('/docs/')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe');
    for (const name of ['', 'docs.js', 'docs.css']) expect(await textOf(name)).not.toMatch(/\b(https?|wss?):/);
    // The pictures of Swagger UI are in its style sheet; the addresses in it are names of XML.
    const styles = await textOf('swagger-ui.css');
    expect(styles.includes('@import')).toBe(false);
    expect(new Set([...styles.matchAll(/url\(\s*["']?([^:)]*)/g)].map(([, scheme]) => scheme))).toEqual(
      new Set(['data']),
    );
    expect(hostsIn(styles)).toEqual(['www.w3.org']);
  });

  it('asks no server of others to check our document', async () => {
    // The one address in the bundle that it would call by itself.
    expect(hostsIn(await textOf('swagger-ui-bundle.js'))).toContain('validator.swagger.io');
    expect(await textOf('docs.js')).toContain('validatorUrl: null');
  });

  it.each(LICENCES)('shows %s as text', async (name) => {
    const response = await get(`/docs/${name}`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toMatch(/licen[cs]e|copyright/i);
  });

  it.each(['docs-page.ts', 'package.json', 'index.html', '..%2f..%2fpackage.json', '%2e%2e/app.ts', 'x/docs.js'])(
    'does not hand out %s',
    async (name) => {
      expect((await get(`/docs/${name}`)).status).toBe(404);
    },
  );

  it('is loaded again only when the version has changed', async () => {
    const first = await get('/docs/docs.js');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    // `max-age=0` is what a browser sends; without it fetch asks for no answer from any store.
    const again = (known: string) =>
      get('/docs/docs.js', { headers: { 'if-none-match': known, 'cache-control': 'max-age=0' } });
    expect((await again(etag)).status).toBe(304);
    expect((await again('W/"0.0.1"')).status).toBe(200);
  });

  it('has all its files copied by the build', async () => {
    const build = readFileSync(new URL('../../../scripts/build.js', import.meta.url), 'utf8');
    const own = (await addressesIn('/docs/')).filter((address) => !address.startsWith('../'));
    for (const name of ['docs.html', ...own]) expect(build).toContain(`'${name}'`);
  });
});

describe('the documents', () => {
  it.each(['openapi', 'asyncapi'])('%s.json is open to anyone', async (name) => {
    const response = await get(`/${name}.json`);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(JSON.parse(await response.text())).toHaveProperty(name);
  });

  it('take their paths from where they are, so that a prefix stays', async () => {
    const { servers } = JSON.parse(await (await get('/openapi.json')).text());
    expect(servers).toEqual([{ url: './' }]);
  });
});

async function textOf(name: string): Promise<string> {
  return (await get(`/docs/${name}`)).text();
}

function hostsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/https?:\/\/([a-z0-9.-]+)/gi)].map(([, host = '']) => host))];
}
