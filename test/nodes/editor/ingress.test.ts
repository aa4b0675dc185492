import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { node, server, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { type PrefixProxy, startPrefixProxy } from './prefix-proxy.ts';

const PREFIX = '/api/hassio_ingress/uZr9wXkQ2';

let service: Service;
let red: NodeRed;
let proxy: PrefixProxy;
let browser: EditorBrowser;

describe.skipIf(chromiumIsMissing)('behind a path that Node-RED knows nothing of, as that of Home Assistant', () => {
  beforeAll(async () => {
    [service, red, browser] = await Promise.all([startService(), startNodeRed(), startEditorBrowser()]);
    const account = { id: 'account', type: 'mqtt-instance-account', name: '', version: 1, url: service.httpUrl };
    await red.deploy([
      TAB,
      server(service.mqttUrl, ADMIN),
      { ...account, login: 'password', brokerTls: 'auto', credentials: ADMIN },
      node('event', 'nestmtx-event', [], { server: 'server', domain: 'camera', entity: '1', events: ['ready'] }),
      node('read', 'mqtt-instance', [], {
        account: 'account',
        action: 'read',
        actionType: 'verb',
        entityType: 'record',
      }),
    ]);
    proxy = await startPrefixProxy(red.url, PREFIX);
  });

  afterEach(async (test) => {
    expect(await browser.leave(test)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await red?.stop();
    await service?.stop();
  });

  it.each([
    ['event', 'Camera', '/nestmtx/server/cameras'],
    ['read', 'Instance', '/mqtt-instance/account'],
  ])('the list of the %s node is found, and nothing is asked for elsewhere', async (id, label, path) => {
    const editor = await browser.open(proxy.url, id);
    const { page } = editor;
    const answered = page.waitForResponse((response) => response.url().endsWith(path));
    await editor.edit(id);
    await page.getByRole('textbox', { name: label, exact: true }).click();
    expect((await answered).status()).toBe(200);
    expect(proxy.passed).toContain(path);
    expect(proxy.astray).toEqual([]);
    await editor.cancel();
  });
});
