/** Owns the dialog of the server node. */

import { isBaseTopic } from '../../src/protocol/topics.ts';
import { check, current } from '../editor/checks.editor.ts';
import { moveSecrets, moveTypedSecrets, type Places } from '../editor/secrets.editor.ts';
import { prepareTrial } from '../editor/trial.editor.ts';
import { hasSecret, splitAddress } from '../runtime/address-secrets.ts';
import { isBrokerAddress, isHttpAddress } from '../runtime/server/broker-address.ts';

const PLACES: Places = { username: 'username', password: 'password', query: 'query' };

RED.nodes.registerType('nestmtx-server', {
  category: 'config',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    url: {
      value: '',
      required: true,
      validate: check((url) => isBrokerAddress(url) && !hasSecret(url), 'nestmtx-server.errors.url'),
    },
    baseTopic: { value: 'nestmtx', required: true, validate: check(isBaseTopic, 'nestmtx-server.errors.baseTopic') },
    tls: { value: '', type: 'tls-config', required: false },
    login: { value: 'broker', required: true },
    httpUrl: {
      value: '',
      required: false,
      validate: check((url) => url === '' || (isHttpAddress(url) && !hasSecret(url)), 'nestmtx-server.errors.httpUrl'),
    },
  },
  credentials: {
    username: { type: 'text' },
    password: { type: 'password' },
    apiUsername: { type: 'text' },
    apiPassword: { type: 'password' },
    token: { type: 'password' },
    query: { type: 'password' },
  },
  label() {
    return String(this['name'] || splitAddress(String(this['url'] ?? '')).address || this._('nestmtx-server.label'));
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
    const showQuery = () => $('.nestmtx-query').toggle(/^wss?:/i.test(current(this, 'url', 'node-config-input')));
    $('#node-config-input-url').on('input change', showQuery);
    showQuery();
    prepareTrial(this, {
      path: 'nestmtx',
      settings: ['url', 'baseTopic', 'tls', 'login', 'httpUrl'],
      secrets: ['username', 'password', 'apiUsername', 'apiPassword', 'token', 'query'],
    });
  },
  oneditsave() {
    moveTypedSecrets('url', PLACES);
    moveTypedSecrets('httpUrl', {});
  },
});

moveSecrets('nestmtx-server', 'url', PLACES);
moveSecrets('nestmtx-server', 'httpUrl', {});
