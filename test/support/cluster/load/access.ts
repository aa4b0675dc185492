/** Owns how a load reaches the bridges of a cluster: any that runs, by a chance that is the same in every run of one seed. */

import { requestOverHttp } from '../../api/http.ts';
import { type BridgeProcess, PASSWORD } from '../bridges.ts';
import { byChance } from '../instances.ts';

export const ADMIN = { username: 'admin', password: PASSWORD };
/** KILL_SEED chooses another order of things. */
export const SEED = Number(process.env['KILL_SEED'] ?? 11);

const REST_MS = 15_000;

type ApiRequest = Parameters<typeof requestOverHttp>[1];

export interface Access {
  readonly all: readonly BridgeProcess[];
  /** One that runs, though it may stand still. */
  any(): BridgeProcess;
  /** @throws what was refused */
  ask(place: BridgeProcess, request: ApiRequest): Promise<ReturnType<typeof Object>>;
  /** The API of MQTT accounts. */
  rest(place: BridgeProcess, path?: string, method?: string): Promise<Response>;
  metrics(place: BridgeProcess): Promise<string>;
}

export async function openAccess(all: readonly BridgeProcess[]): Promise<Access> {
  const draw = byChance([0, 1, 2, 3, 4, 5], 0, SEED);
  function any(): BridgeProcess {
    const living = all.filter(({ isRunning }) => isRunning);
    const found = living[draw() % living.length];
    if (found === undefined) throw new Error('no bridge runs');
    return found;
  }
  async function ask(place: BridgeProcess, request: ApiRequest) {
    const answer = await requestOverHttp(place.httpUrl, request);
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return Object(answer.value);
  }
  const call = ({ httpUrl }: BridgeProcess, path: string, method = 'GET') =>
    fetch(httpUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(REST_MS),
    });
  const { bearer: token } = await ask(any(), { command: 'create', module: 'auth', payload: ADMIN });
  return {
    all,
    any,
    ask: (place, request) => ask(place, { token, ...request }),
    rest: (place, path = '', method = 'GET') => call(place, `/v1/mqtt${path}`, method),
    metrics: async (place) => (await call(place, '/metrics')).text(),
  };
}
