/** Pins that health says why a server that carries streams cannot be asked: a person must mend a password, and wait for a restart. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { comesTrue } from '../support/patience.ts';
import { type Service, startService } from '../support/service.ts';

let servers: HttpStandIn[];
let service: Service;

beforeAll(async () => {
  servers = [await startHttpStandIn(), await startHttpStandIn()];
  const [mediaMtx, go2rtc] = servers;
  mediaMtx?.answer(() => ({ status: 401, body: { error: 'authentication error' } }));
  go2rtc?.answer(() => ({ status: 403, body: 'forbidden' }));
  const env = { MEDIAMTX_URL: String(mediaMtx?.url), MEDIAMTX_USER: 'bridge', MEDIAMTX_PASS: 'of last year' };
  service = await startService({ env: { ...env, GO2RTC_URL: String(go2rtc?.url) } });
});
afterAll(async () => {
  await service?.stop();
  for (const server of servers ?? []) await server.close();
});

async function isTold(reason: string): Promise<void> {
  const part = { healthy: null, meta: { reason } };
  await comesTrue(async () => {
    const answer = await requestOverHttp(service.httpUrl, { command: 'list', module: 'health' });
    expect(answer).toMatchObject({ value: { healthy: 'degraded', details: { mediamtx: part, go2rtc: part } } });
    expect(JSON.stringify(answer)).not.toContain('of last year');
  });
}

it('a login that is refused is told as that, and silence as silence', async () => {
  await isTold('refused');
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await isTold('unreachable');
});

it('every part of health is in docs/protocol.md', async () => {
  const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const health = await (await fetch(new URL('/api/health', service.httpUrl))).json();
  expect(Object.keys(health.details)).toEqual(
    expect.arrayContaining(['app', 'setup', 'store', 'disk', 'mqtt', 'mediamtx']),
  );
  for (const part of Object.keys(health.details)) expect(page).toContain(`\n| \`${part}\` |`);
});
