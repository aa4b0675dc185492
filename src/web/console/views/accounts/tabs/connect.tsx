/** Owns how something connects as an MQTT account: the login, a code for a phone, and ready texts for what people have. */

import { useSignal } from '@preact/signals';
import type { Instance } from '../../../../../protocol/entities/instance.ts';
import { useLoad } from '../../../loads.ts';
import { Button } from '../../../parts/button.tsx';
import { Copy } from '../../../parts/copy.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Login } from '../login.tsx';
import { ACCOUNTS } from '../words.ts';
import { type Bundles, bundlesOf } from './rest.ts';

const TEXTS = ['home-assistant', 'node-red', 'mosquitto_sub', 'esp32'] as const;

export function Connect({ account }: { readonly account: Instance }) {
  const load = useLoad(() => bundlesOf(account._id), [account]);
  return (
    <div class="columns">
      <section aria-labelledby="login-title">
        <h2 id="login-title">{ACCOUNTS('login')}</h2>
        <Login account={account} />
      </section>
      <Loaded load={load}>{(bundles) => <Ready bundles={bundles} />}</Loaded>
    </div>
  );
}

/** All of them have the password in them. */
function Ready({ bundles }: { readonly bundles: Bundles }) {
  const isCodeShown = useSignal(false);
  const { qr } = bundles;
  return (
    <section aria-labelledby="ready-title">
      <h2 id="ready-title">{ACCOUNTS('ready')}</h2>
      <p class="hint">{ACCOUNTS('ready.hint')}</p>
      <ul class="bundles">
        {TEXTS.filter((kind) => bundles[kind] !== undefined).map((kind) => (
          <li key={kind}>
            <span>{ACCOUNTS(`bundle.${kind}`)}</span>
            <Copy text={bundles[kind] ?? ''} what={ACCOUNTS(`bundle.${kind}`)} />
          </li>
        ))}
      </ul>
      {qr !== undefined && (
        <>
          <Button onPress={() => (isCodeShown.value = !isCodeShown.value)}>
            {ACCOUNTS(isCodeShown.value ? 'qr.hide' : 'qr.show')}
          </Button>
          {isCodeShown.value && (
            <img class="qr" src={`data:image/svg+xml,${encodeURIComponent(qr)}`} alt={ACCOUNTS('qr.alt')} />
          )}
        </>
      )}
    </section>
  );
}
