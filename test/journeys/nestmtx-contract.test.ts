/** Runs the differential with NestMTX on one whole service, beside a stand-in for MediaMTX: every case through every door. */

import { describe } from 'vitest';
import { nestMtxContract } from '../contracts/nestmtx/nestmtx.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { startMediaMtx } from '../support/cameras/mediamtx.ts';
import { DIFFERENCES } from '../support/difference-rows.ts';
import { ADMIN, startService } from '../support/service.ts';

async function open() {
  const media = await startMediaMtx({ minor: 20 });
  const service = await startService({ env: { MEDIAMTX_URL: media.url } });
  const logIn = async (payload: typeof ADMIN) => {
    const answer = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload });
    return answer.ok ? String(Object(answer.value).bearer) : '';
  };
  const admin = await logIn(ADMIN);
  const someone = { username: 'someone', password: 'correct horse battery' };
  const payload = { ...someone, can_login: true };
  await requestOverHttp(service.httpUrl, { command: 'create', module: 'users', payload, token: admin });
  return {
    service: {
      ...service,
      async stop() {
        await service.stop();
        await media.close();
      },
    },
    tokens: { admin, user: await logIn(someone), stranger: 'oat_nobody-has-given-it-out' },
    selves: { admin: '1', user: '2' },
  };
}

describe('what NestMTX answers, and we', () => {
  nestMtxContract(open, (row) => DIFFERENCES.includes(row));
});
