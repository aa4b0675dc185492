/** Two bridges as processes: what one account, or one stranger, may have is had once, whichever bridges are asked, and lists tell of both. */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type BridgeProcess, type Bridges, startBridges } from '../support/cluster/bridges.ts';
import { natsIsMissing } from '../support/cluster/nats.ts';
import { PATIENCE_MS } from '../support/patience.ts';

describe.skipIf(natsIsMissing)('two bridges', () => {
  let bridges: Bridges;
  let a: BridgeProcess;
  let b: BridgeProcess;
  beforeAll(async () => {
    bridges = await startBridges(2);
    const [first, second] = bridges.all;
    if (!first || !second) throw new Error('there are two of them');
    [a, b] = [first, second];
  });
  afterAll(() => bridges.stop());

  const ask = (bridge: BridgeProcess, request: ApiRequest) => requestOverHttp(bridge.httpUrl, request);

  const login = (bridge: BridgeProcess, username: string, password: string) =>
    ask(bridge, { command: 'create', module: 'auth', payload: { username, password } });

  /** What came of a login, in one word. */
  async function outcome(bridge: BridgeProcess, username: string, password: string): Promise<string> {
    const answered = await login(bridge, username, password);
    return answered.ok ? 'in' : Object(answered.error).code;
  }

  it('wrong passwords at one of them count at the other', async () => {
    for (let i = 0; i < 10; i += 1) expect(await outcome(a, 'stranger', 'wrong')).toBe('invalid_credentials');
    expect(await outcome(a, 'stranger', 'wrong')).toBe('rate_limited');
    const heard: string[] = [];
    await vi.waitFor(
      async () => {
        heard.push(await outcome(b, 'stranger', 'wrong'));
        expect(heard.at(-1)).toBe('rate_limited');
      },
      { timeout: PATIENCE_MS, interval: 300 },
    );
    // Of its own it has ten.
    expect(heard.length).toBeLessThan(10);
  });
});
