/** Owns the dialog of the server node. */

import { isBaseTopic } from '../src/protocol/topics.ts';
import { check } from './editor/checks.editor.ts';
import { isBrokerAddress, isHttpAddress } from './runtime/server/broker-address.ts';

RED.nodes.registerType('nestmtx-server', {
  category: 'config',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    url: { value: '', required: true, validate: check(isBrokerAddress, 'nestmtx-server.errors.url') },
    baseTopic: { value: 'nestmtx', required: true, validate: check(isBaseTopic, 'nestmtx-server.errors.baseTopic') },
    tls: { value: '', type: 'tls-config', required: false },
    login: { value: 'broker', required: true },
    httpUrl: {
      value: '',
      required: false,
      validate: check((url) => url === '' || isHttpAddress(url), 'nestmtx-server.errors.httpUrl'),
    },
  },
  credentials: {
    username: { type: 'text' },
    password: { type: 'password' },
    apiUsername: { type: 'text' },
    apiPassword: { type: 'password' },
    token: { type: 'password' },
  },
  label() {
    return String(this['name'] || this['url'] || this._('nestmtx-server.label'));
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  oneditprepare() {
    const login = $('#node-config-input-login');
    const showLogin = () => {
      $('.nestmtx-login').hide();
      $(`.nestmtx-login-${login.val()}`).show();
    };
    login.on('change', showLogin);
    showLogin();
  },
});
