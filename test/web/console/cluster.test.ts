/** What an administrator sees of a cluster, from one of its bridges. */

import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../../support/cluster/nats.ts';
import { comesTrue } from '../../support/patience.ts';
import type { Service } from '../../support/service.ts';
import { type Browser, startBrowser } from '../browser.ts';
import { expectClean, findingsIn, openSignedIn, overflowOf, startConsole } from './setting.ts';

describe.skipIf(natsIsMissing || chromiumIsMissing)('the page of a cluster', () => {
  let browser: Browser;
  let nats: NatsCluster;
  let service: Service;
  beforeAll(async () => {
    [browser, nats] = await Promise.all([startBrowser(), startNats()]);
    service = await startConsole({
      env: {
        CLUSTER_URL: nats.addresses.map((address) => `nats://${address}`).join(),
        ...{ CLUSTER_USER: nats.username, CLUSTER_PASS: nats.password },
        APP_KEY: 'a key for the bridges of this cluster',
      },
    });
  });
  afterAll(async () => {
    await service?.stop();
    await nats?.stop();
    await browser?.close();
  });

  it('names the bridges, who leads and sees what, and the NATS servers', async () => {
    const window = await openSignedIn(browser, service.httpUrl, { path: '#/system?tab=cluster' });
    const { page } = window;
    const bridges = page.getByRole('list', { name: 'Bridges of nestmtx' });
    await bridges.getByText('Sees rtsp').waitFor();
    await comesTrue(async () =>
      expect(await bridges.getByRole('listitem').innerText()).toMatch(/Has everything.*Leads.*\(this one\)/s),
    );
    const servers = page.getByRole('list', { name: 'NATS servers' });
    expect(await servers.getByRole('listitem').allInnerTexts()).toHaveLength(nats.servers.length);
    expect([await findingsIn(page), await overflowOf(page)]).toEqual([[], 0]);
    expectClean(window, service.httpUrl);
    await window.close();
  });

  it.each([1280, 360])('says at which bridge a client is, also %i pixels wide', async (width) => {
    const client = await service.client({ clientId: 'a-lamp' });
    const window = await openSignedIn(browser, service.httpUrl, { path: '#/system?tab=clients' });
    const { page } = window;
    await page.setViewportSize({ width, height: 900 });
    const row = page.getByRole('listitem').filter({ hasText: 'a-lamp' });
    await row.getByText(new RegExp(`${hostname()}/[0-9a-f]{8}`)).waitFor();
    expect([await findingsIn(page), await overflowOf(page)]).toEqual([[], 0]);
    expectClean(window, service.httpUrl);
    await window.close();
    await client.end();
  });
});
