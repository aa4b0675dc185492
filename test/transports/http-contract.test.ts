/** Runs the contract of the request API over HTTP. */

import { apiContract } from '../contracts/api.contract.ts';
import { requestOverHttp } from '../support/api-http.ts';
import { startWeb } from './web-setting.ts';

async function open() {
  const web = await startWeb();
  return {
    request: (request: Parameters<typeof requestOverHttp>[1]) => requestOverHttp(web.url, request),
    admin: { ...web.accounts.admin, token: await web.token('admin') },
    user: { ...web.accounts.user, token: await web.token('user') },
    cleanup: web.stop,
  };
}

apiContract('HTTP', open, { without: ['swagger'] });
