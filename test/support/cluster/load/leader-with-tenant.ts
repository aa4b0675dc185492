/** Owns the bridge that leads and the client of an account at it, about to be cut off, and what is measured when they are: the account is removed elsewhere meanwhile. */

import { come } from '../coming.ts';
import type { UnderLoad } from './under-load.ts';

export async function leaderWithTenant({ bridges, load }: UnderLoad) {
  await load.goesOn();
  const cutOff = bridges.all.find((one) => one.leads());
  const living = bridges.all.find((one) => one !== cutOff);
  if (cutOff === undefined || living === undefined) throw new Error('one of two leads');
  const { _id, user: username, password } = await (await load.access.rest(living, '', 'POST')).json();
  const options = { url: cutOff.mqttUrl, username, password };
  const tenant = await come(options);

  /** @returns when it began, and how long after it the client was sent away and the removal answered */
  const cut = async (how: () => Promise<unknown>) => {
    const startMs = performance.now();
    const sinceMs = () => performance.now() - startMs;
    await how();
    const sentAwayAfterMs = tenant.closed.then(sinceMs);
    const removed = load.access
      .rest(living, `/${_id}`, 'DELETE')
      .then(({ status }) => ({ status, afterMs: sinceMs() }));
    const gone = async () => ({ sentAwayAfterMs: await sentAwayAfterMs, removed: await removed });
    return { startMs, sinceMs, gone };
  };

  return { cutOff, living, options, cut };
}
