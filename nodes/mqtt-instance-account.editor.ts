/** Owns the dialog of the account node. */

import { check } from './editor/checks.editor.ts';
import { isInstanceApiAddress } from './runtime/instance/address.ts';

RED.nodes.registerType('mqtt-instance-account', {
  category: 'config',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    url: { value: '', required: true, validate: check(isInstanceApiAddress, 'mqtt-instance-account.errors.url') },
    login: { value: 'password', required: true },
    brokerTls: { value: 'auto', required: true },
  },
  credentials: {
    username: { type: 'text' },
    password: { type: 'password' },
    token: { type: 'password' },
  },
  label() {
    return String(this['name'] || this['url'] || this._('mqtt-instance-account.label'));
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
  },
});
