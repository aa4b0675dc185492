import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

let service: Service;
let red: NodeRed;
let browser: EditorBrowser;

beforeAll(async () => {
  if (chromiumIsMissing) return;
  [service, red, browser] = await Promise.all([startService(), startNodeRed(), startEditorBrowser()]);
});

afterEach(async (test) => {
  expect((await browser?.leave(test)) ?? []).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await red?.stop();
  await service?.stop();
});

describe.skipIf(chromiumIsMissing)('the dialog of the account node', () => {
  it('shows an address of the kind that the service has, and takes TLS and a host for the broker', async () => {
    const empty = { url: '', login: 'password', brokerTls: 'auto' };
    await red.deploy([TAB, { id: 'account', type: 'mqtt-instance-account', name: '', version: 1, ...empty }]);
    const editor = await browser.open(red.url, 'account');
    const { page } = editor;
    await editor.editConfig('mqtt-instance-account', 'account');
    const example = await page.getAttribute('#node-config-input-url', 'placeholder');
    // As the service speaks: plain HTTP, at its own port, with the path of the API.
    expect(example?.replace('192.168.1.10:2000', new URL(service.httpUrl).host)).toBe(`${service.httpUrl}/v1`);
    await page.locator('#node-config-input-tls').waitFor({ state: 'visible' });
    await page.fill('#node-config-input-url', `${service.httpUrl}/v1`);
    await page.fill('#node-config-input-username', ADMIN.username);
    await page.fill('#node-config-input-password', ADMIN.password);
    await page.fill('#node-config-input-brokerHost', 'mqtt://nas.local');
    await page.locator('#node-config-input-brokerHost').blur();
    await page.waitForSelector('#node-config-input-brokerHost.input-error');
    await page.fill('#node-config-input-brokerHost', 'nas.local');
    await editor.done();
    expect(await editor.validationErrors('account')).toEqual([]);
    await page.click('#red-ui-header-button-deploy');
    await expect.poll(async () => (await red.admin('mqtt-instance/account')).status).toBe(200);
    const flow: FlowNode[] = await (await red.admin('flows')).json();
    expect(flow.find(({ id }) => id === 'account')).toMatchObject({ brokerHost: 'nas.local', tls: '' });
  });
});
