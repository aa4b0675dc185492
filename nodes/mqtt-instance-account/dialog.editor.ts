/** Owns the dialog of the account node. */

import { check } from '../editor/checks.editor.ts';
import { moveSecrets, moveTypedSecrets, type Places } from '../editor/secrets.editor.ts';
import { prepareTrial } from '../editor/trial.editor.ts';
import { splitAddress } from '../runtime/address-secrets.ts';
import { isInstanceApiAddress } from '../runtime/instance/address.ts';

const PLACES: Places = { username: 'username', password: 'password' };

RED.nodes.registerType('mqtt-instance-account', {
  category: 'config',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    url: { value: '', required: true, validate: check(isInstanceApiAddress, 'mqtt-instance-account.errors.url') },
    login: { value: 'password', required: true },
    tls: { value: '', type: 'tls-config', required: false },
    brokerTls: { value: 'auto', required: true },
    brokerHost: { value: '', validate: check(isHost, 'mqtt-instance-account.errors.brokerHost') },
  },
  credentials: {
    username: { type: 'text' },
    password: { type: 'password' },
    token: { type: 'password' },
  },
  label() {
    return String(
      this['name'] || splitAddress(String(this['url'] ?? '')).address || this._('mqtt-instance-account.label'),
    );
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  oneditprepare() {
    const login = $('#node-config-input-login');
    const showLogin = () => {
      $('.mqtt-instance-login').hide();
      $(`.mqtt-instance-login-${login.val()}`).show();
    };
    login.on('change', showLogin);
    showLogin();
    prepareTrial(this, {
      path: 'mqtt-instance',
      settings: ['url', 'login', 'tls', 'brokerTls', 'brokerHost'],
      secrets: ['username', 'password', 'token'],
    });
  },
  oneditsave() {
    moveTypedSecrets('url', PLACES);
  },
});

moveSecrets('mqtt-instance-account', 'url', PLACES);

/** Empty leaves it to the instance. */
function isHost(text: string): boolean {
  return /^[^\s/:@?#]*$|^\[?[\da-f:.]+\]?$/i.test(text.trim());
}
