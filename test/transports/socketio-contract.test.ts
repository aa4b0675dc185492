/** Runs the contract of the request API over Socket.IO. */

import { apiContract } from '../contracts/api.contract.ts';
import { connectSocket, requestOverSocketIo } from '../support/api-socketio.ts';
import { startWeb } from './web-setting.ts';

async function open() {
  const web = await startWeb();
  const socket = await connectSocket(web.url);
  return {
    request: (request: Parameters<typeof requestOverSocketIo>[1]) => requestOverSocketIo(socket, request),
    admin: { ...web.accounts.admin, token: await web.token('admin') },
    user: { ...web.accounts.user, token: await web.token('user') },
    async cleanup() {
      socket.disconnect();
      await web.stop();
    },
  };
}

apiContract('Socket.IO', open, { without: ['swagger'] });
