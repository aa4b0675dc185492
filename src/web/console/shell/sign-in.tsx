/** Owns the way in: for this tab, or for longer where one asks for it. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isObject } from '../../../protocol/envelope.ts';
import { ask, Refusal } from '../api.ts';
import { CheckField, TextField } from '../parts/forms/field.tsx';
import { Form } from '../parts/forms/form.tsx';
import { hasEnded, keepToken } from '../session.ts';
import { refreshStatus, status } from '../status.ts';
import { SHELL } from './words.ts';

export function SignIn() {
  const [username, password, lasts, isStripped] = [useSignal(''), useSignal(''), useSignal(false), useSignal(false)];
  const place = useRef<HTMLDivElement>(null);
  const mode = status.value?.mode ?? 'serve';
  useEffect(() => place.current?.querySelector('input')?.focus(), []);

  async function signIn(): Promise<void> {
    isStripped.value = false;
    const login = { username: username.value, password: password.value, rememberMe: lasts.value, name: 'Console' };
    const response = await ask('api/auth', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(login),
    });
    const answer: unknown = await response.json();
    if (!isObject(answer) || typeof answer['bearer'] !== 'string') throw new Refusal('upstream_failed', 'no token');
    keepToken(answer['bearer'], lasts.value);
    await refreshStatus();
    // A proxy that vouches for people (Home Assistant) lets no token of ours through, and this person it does not vouch for.
    isStripped.value = hasEnded.value;
    hasEnded.value = false;
  }

  return (
    <div ref={place} class="sign-in">
      <img src="console/logo.svg" alt="" width="48" height="48" />
      <h1>NestMTX Bridge</h1>
      <p class="hint">{SHELL(`hint.${mode}`)}</p>
      {hasEnded.value && (
        <p class="notice" role="status">
          {SHELL('ended')}
        </p>
      )}
      {isStripped.value && (
        <p class="fault" role="alert">
          {SHELL('stripped')}
        </p>
      )}
      <Form submit={SHELL('submit')} onSubmit={signIn}>
        {() => (
          <>
            <TextField
              label={SHELL('username')}
              name="username"
              autocomplete="username"
              required
              value={username.value}
              onInput={(text) => (username.value = text)}
            />
            <TextField
              label={SHELL('password')}
              name="password"
              type="password"
              autocomplete="current-password"
              required
              value={password.value}
              onInput={(text) => (password.value = text)}
            />
            <CheckField
              label={SHELL('remember')}
              hint={SHELL('remember.hint')}
              checked={lasts.value}
              onChange={(checked) => (lasts.value = checked)}
            />
          </>
        )}
      </Form>
      <details>
        <summary>{SHELL('forgotten')}</summary>
        <p>{SHELL(`forgotten.${mode}`)}</p>
      </details>
    </div>
  );
}
