/** Owns what the dialogs of a server ask before it is deployed: lists, and whether it can be reached. For those alone who may change it. */

import type { NodeAPI } from 'node-red';
import { silentLog } from '../../../src/client/environment.ts';
import { dialogValues } from '../dialog-values.ts';
import { nodeErrorOf } from '../node-error.ts';
import { answerChoices, lookUp, NotDeployed } from './lookups.ts';
import { createServer, type Server } from './server.ts';
import { SERVER } from './settings.ts';
import { connectionOf } from './setup.ts';
import { tryServer } from './trial.ts';

/**
 * `POST nestmtx/<id of the server node>/<module>` with `{settings, secrets}` as `GET` answers for a deployed one, and
 * `POST nestmtx/<id of the server node>` says what a trial says; relative to the editor's address.
 */
export function serveDialogs(RED: NodeAPI): void {
  const mayChange = RED.auth.needsPermission('nestmtx-server.write');
  RED.httpAdmin.post('/nestmtx/:server/:module', mayChange, (request, response) => {
    const { server: id, module } = request.params;
    answerChoices(
      RED,
      response,
      String(module),
      withServer(RED, String(id), request.body, (server) => lookUp(server, String(module))),
    );
  });
  RED.httpAdmin.post('/nestmtx/:server', mayChange, (request, response) => {
    const trial = withServer(RED, String(request.params['server']), request.body, tryServer);
    trial.then(
      (result) => void response.json(result),
      (error: unknown) => void response.json({ reason: 'settings', detail: nodeErrorOf(error).message }),
    );
  });
}

/** @throws NotDeployed in words for the user */
async function withServer<Result>(
  RED: NodeAPI,
  id: string,
  body: unknown,
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  const connection = usable(() => {
    const { fields, secrets } = dialogValues(RED, id, body, SERVER);
    return connectionOf(RED, fields, secrets);
  });
  const server = createServer({
    ...connection,
    log: silentLog,
    afterDeploy: () => () => undefined,
  });
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

function usable<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    throw new NotDeployed(nodeErrorOf(error).message);
  }
}
