/** Owns the configuration node of an account at an instance API: turns its settings and credentials into calls in its name. */

import type { NodeAPI } from 'node-red';
import { registerNode } from '../runtime/behaviour.ts';
import { warnOfSecret } from '../runtime/flow-secrets.ts';
import { createInstanceAccount } from '../runtime/instance/account.ts';
import { publishAccount } from '../runtime/instance/accounts.ts';
import { serveInstanceDialogs } from '../runtime/instance/dialogs.ts';
import { serveInstanceLookup } from '../runtime/instance/lookup.ts';
import { ACCOUNT } from '../runtime/instance/settings.ts';
import { accountSetupOf } from '../runtime/instance/setup.ts';

export default function mqttInstanceAccount(RED: NodeAPI): void {
  registerNode(RED, 'mqtt-instance-account', ACCOUNT, (node, fields, secrets) => {
    warnOfSecret(RED, node, 'url', fields.url);
    const account = createInstanceAccount(accountSetupOf(RED, fields, secrets));
    publishAccount(node, account);
    return { close: async () => account.close() };
  });
  serveInstanceLookup(RED);
  serveInstanceDialogs(RED);
}
