/** Pins the configuration that is printed for MediaMTX: valid YAML, words that its splitter keeps together, and nothing dangerous. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CommandLine, commandLine } from './command-line.ts';

let cli: CommandLine;

beforeEach(async () => {
  cli = await commandLine();
});

afterEach(() => cli.remove());

async function printed(...argv: string[]) {
  const { code, out } = await cli.run('mediamtx-config', ...argv);
  expect(code).toBe(0);
  return { out, config: parse(out) };
}

it.each(['1.8', '1.16', '1.18.1', '1.19', '1.19.3', '1.20', 'v1.20.1'])(
  'for %s it has the hooks of that version, of a path that is always available too where there are some',
  async (version) => {
    cli.env['PORT'] = '2345';
    const { config } = await printed('--version', version);
    const isNew = version.includes('1.20') || version === '1.19.3';
    const ofFeed = isNew ? ['runOnOnline', 'runOnOffline'] : ['runOnReady', 'runOnNotReady'];
    expect(Object.keys(config.pathDefaults)).toEqual([...ofFeed, 'runOnRead', 'runOnUnread']);
    expect(config.api).toBe('yes');
    for (const line of Object.values<string>(config.pathDefaults)) {
      expect(line).toMatch(
        /^wget .* http:\/\/127\.0\.0\.1:2345\/hooks\/mediamtx\/(ready|notReady|online|offline|read|unread)$/,
      );
      expect(line).not.toMatch(/\bsh\b/);
      expect(line.includes('$MTX_QUERY')).toBe(!['1.8', '1.16'].includes(version));
    }
  },
);

it('names where a secret belongs and prints none', async () => {
  Object.assign(cli.env, { MEDIAMTX_URL: 'http://m:9997', MEDIAMTX_USER: 'bridge', MEDIAMTX_PASS: 'pa55word-of-api' });
  cli.env['HOOK_SECRET'] = 'shared-secret-of-hooks';
  const { out, config } = await printed();
  expect(out).not.toMatch(/pa55word|shared-secret/);
  expect(config.authInternalUsers[1]).toMatchObject({ user: 'bridge', permissions: [{ action: 'api' }] });
  expect(config.pathDefaults.runOnOnline).toContain('--header "Authorization: Bearer $HOOK_SECRET"');
});

it.each([
  ['1.20', false],
  ['1.18.2', false],
  ['1.18.1', true],
  ['1.16', true],
])(
  'gives Google time where its WebRTC cameras are wanted; that %s is too old for them is %s',
  async (version, isTooOld) => {
    expect((await printed('--version', version)).config).not.toHaveProperty('readTimeout');
    cli.env['GOOGLE_WHEP'] = 'yes';
    const { out, config } = await printed('--version', version);
    delete cli.env['GOOGLE_WHEP'];
    expect(config.readTimeout).toBe('30s');
    expect(out.includes('1.18.2 or newer')).toBe(isTooOld);
  },
);

it('shows how viewers become users of ours, as a comment that is valid once its marks are taken away', async () => {
  const uncommented = async () => {
    const { out } = await printed();
    const block = out.slice(out.indexOf('# authMethod'));
    return parse(block.replace(/^# (?=\w+:| {2}- )/gm, ''));
  };
  const address = 'http://127.0.0.1:2000/hooks/mediamtx/auth';
  const open = { authMethod: 'http', authHTTPAddress: address, authHTTPExclude: [{ action: 'api' }] };
  expect(await uncommented()).toEqual({ ...open, apiAddress: '127.0.0.1:9997' });
  Object.assign(cli.env, { MEDIAMTX_URL: 'http://m:9997', MEDIAMTX_USER: 'bridge', MEDIAMTX_PASS: 'pa55word-of-api' });
  expect(await uncommented()).toEqual({ ...open, authHTTPExclude: [] });
  expect((await printed()).config.authMethod).toBeUndefined();
});

it('names the address that the service listens on, where that is not every address', async () => {
  cli.env['HOST'] = '192.0.2.7';
  const { out } = await printed();
  delete cli.env['HOST'];
  expect(out).toContain('http://192.0.2.7:2000/hooks/mediamtx/');
  expect(out).not.toContain('http://127.0.0.1:2000');
});

it('refuses a version that it does not speak to', async () => {
  const { code, err } = await cli.run('mediamtx-config', '--version', '1.7');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('from 1.8 on, not 1.7') });
});
