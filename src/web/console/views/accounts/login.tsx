/** Owns what somebody enters to connect as an MQTT account, each of it to copy. */

import type { Instance } from '../../../../protocol/entities/instance.ts';
import { Copied } from '../../parts/copy.tsx';
import { Secret } from '../../parts/secret.tsx';
import { ACCOUNTS } from './words.ts';

export function Login({ account: { server, port, user, password } }: { readonly account: Instance }) {
  return (
    <dl class="facts">
      <dt>{ACCOUNTS('server')}</dt>
      <dd>
        <Copied text={server} what={ACCOUNTS('server')} />
      </dd>
      <dt>{ACCOUNTS('port')}</dt>
      <dd>
        <Copied text={port} what={ACCOUNTS('port')} />
      </dd>
      <dt>{ACCOUNTS('user')}</dt>
      <dd>
        <Copied text={user} what={ACCOUNTS('user')} />
      </dd>
      <dt>{ACCOUNTS('password')}</dt>
      <dd>
        <Secret text={password} what={ACCOUNTS('password')} />
      </dd>
      <dt>{ACCOUNTS('topics')}</dt>
      <dd>
        <Copied text={`${user}/#`} what={ACCOUNTS('topics')} />
      </dd>
    </dl>
  );
}
