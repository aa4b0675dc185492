/** Owns the configuration node of a NestMTX server: turns its settings and credentials into one shared connection. */

import type { NodeAPI } from 'node-red';
import { registerNode } from '../runtime/behaviour.ts';
import { warnOfSecret } from '../runtime/flow-secrets.ts';
import { serveDialogs } from '../runtime/server/dialogs.ts';
import { serveLookups } from '../runtime/server/lookups.ts';
import { createServer } from '../runtime/server/server.ts';
import { publishServer } from '../runtime/server/servers.ts';
import { SERVER } from '../runtime/server/settings.ts';
import { connectionOf } from '../runtime/server/setup.ts';

export default function nestmtxServer(RED: NodeAPI): void {
  registerNode(RED, 'nestmtx-server', SERVER, (node, fields, secrets) => {
    warnOfSecret(RED, node, 'url', fields.url);
    warnOfSecret(RED, node, 'httpUrl', fields.httpUrl);
    const server = createServer({
      ...connectionOf(RED, fields, secrets),
      log: {
        debug: (_fields, message) => node.debug(message),
        warn: (_fields, message) => node.warn(message),
        error: (_fields, message) => node.error(message),
      },
      afterDeploy: (callback) => {
        RED.events.once('flows:started', callback);
        return () => void RED.events.off('flows:started', callback);
      },
    });
    publishServer(node, server);
    return { close: () => server.close() };
  });
  serveLookups(RED);
  serveDialogs(RED);
}
