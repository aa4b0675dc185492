/** Owns the form by which a person signs in: what was wrong is said beside it, and read out. */

import { byId, setText } from './dom.js';
import { Refusal } from './session.js';

/**
 * @param {import('./words/words.js').Say} say
 * @param {(username: string, password: string) => Promise<void>} signIn rejects when it did not work
 */
export function createSignIn(say, signIn) {
  const form = /** @type {HTMLFormElement} */ (byId('sign-in'));
  const username = /** @type {HTMLInputElement} */ (byId('username'));
  const password = /** @type {HTMLInputElement} */ (byId('password'));
  const submit = /** @type {HTMLButtonElement} */ (byId('sign-in-submit'));
  const fault = byId('sign-in-fault');

  /** @param {unknown} error */
  function faultText(error) {
    if (!(error instanceof Refusal)) return say('signIn.offline');
    if (error.status === 429) return say('signIn.often');
    // The API answers a wrong name or password with 400, as NestMTX does.
    if (error.status === 400 || error.status === 401) return say('signIn.wrong');
    return say('signIn.failed', { reason: error.message });
  }

  /** @param {string} text */
  function showFault(text) {
    setText(fault, text);
    for (const input of [username, password]) input.setAttribute('aria-invalid', String(text !== ''));
  }

  async function run() {
    submit.disabled = true;
    setText(submit, say('signIn.busy'));
    showFault('');
    try {
      await signIn(username.value, password.value);
      password.value = '';
    } catch (error) {
      showFault(faultText(error));
      password.select();
      password.focus();
    } finally {
      submit.disabled = false;
      setText(submit, say('signIn.submit'));
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!submit.disabled) void run();
  });

  return {
    /** @param {'serve' | 'follow'} mode @param {boolean} hasEnded whether somebody was signed in until now */
    show(mode, hasEnded) {
      if (!form.hidden) return;
      form.hidden = false;
      setText(byId('sign-in-hint'), say(mode === 'follow' ? 'signIn.hint.follow' : 'signIn.hint'));
      showFault('');
      if (hasEnded) setText(fault, say('signIn.ended'));
      username.focus();
    },
    hide() {
      form.hidden = true;
    },
  };
}
