/** Owns an account at the instance API: calls in its name, each within its time limit as a whole, with a token that is good. */

import type { Tls } from '../../../src/client/address.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import { type Clock, realClock } from '../../../src/client/environment.ts';
import type { BrokerView } from './broker.ts';
import { refusalOf } from './error.ts';
import { type Answer, createExchange, type Exchange } from './exchange.ts';
import type { AccountFields } from './settings.ts';
import { type AccountLogin, createInstanceTokens } from './token.ts';

export interface InstanceCall {
  readonly method: Exchange['method'];
  /** From `/mqtt` on, query included. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface CallOptions {
  readonly timeoutMs: number;
  /** Its reason is what the call throws when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface InstanceAccount extends BrokerView {
  /**
   * @returns an answer that is no refusal
   * @throws InstanceApiError what the API refused · ClientError `not_connected` with the reason, `timeout`
   */
  call(call: InstanceCall, options: CallOptions): Promise<Answer>;
  /** Ends what connections are kept. */
  close(): void;
}

export interface AccountSetup {
  /** Below which the calls are, without a slash at the end. */
  readonly url: string;
  readonly login: AccountLogin;
  readonly tls?: Tls | undefined;
  readonly brokerTls: AccountFields['brokerTls'];
  readonly brokerHost?: string | undefined;
  readonly clock?: Clock;
}

/** The login is shared, so that no single call can end it. */
const LOGIN_TIMEOUT_MS = 10_000;
const TLS_PORT = '8883';

export function createInstanceAccount(setup: AccountSetup): InstanceAccount {
  const { url, login, tls, brokerTls, brokerHost = '', clock = realClock } = setup;
  const { exchange, close } = createExchange(tls);
  const post = (body: object) =>
    within(LOGIN_TIMEOUT_MS, [], clock, (signal) =>
      exchange({ method: 'POST', url: `${url}/auth/login`, body }, signal),
    );
  const tokens = createInstanceTokens(login, post, clock);

  async function send({ path, ...call }: InstanceCall, signal: AbortSignal): Promise<Answer> {
    const token = await unlessAborted(tokens.current(), signal);
    let answer = await exchange({ ...call, url: url + path, token }, signal);
    if (answer.status === 401) {
      const other = await unlessAborted(tokens.replace(token), signal);
      if (other !== undefined) answer = await exchange({ ...call, url: url + path, token: other }, signal);
    }
    const { status, body } = answer;
    if (status < 200 || status >= 300) throw refusalOf(status, body);
    return answer;
  }

  return {
    close,
    brokerHost,
    usesTls: (port) => brokerTls === 'always' || (brokerTls === 'auto' && port === TLS_PORT),
    call: (call, { timeoutMs, signal }) =>
      within(timeoutMs, signal ? [signal] : [], clock, (either) => send(call, either)),
  };
}

async function within<Result>(
  timeoutMs: number,
  others: readonly AbortSignal[],
  clock: Clock,
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const cancel = clock.after(timeoutMs, () => {
    limit.abort(new ClientError('timeout', `no answer of the instance API within ${timeoutMs} ms`));
  });
  try {
    return await action(AbortSignal.any([limit.signal, ...others]));
  } finally {
    cancel();
  }
}

function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
