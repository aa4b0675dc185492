/** Owns what people keep in the app, for tests that end it and start it again: a user, a camera, a login and an instance. */

import { expect } from 'vitest';
import type { Answer, ApiRequest } from '../../contracts/api/api.contract.ts';
import { requestOverHttp } from '../api/http.ts';
import { connectClient } from '../brokers/mqtt-client.ts';
import { ADMIN } from '../service.ts';

const USER = { username: 'alice', password: 'a password of hers' };
const CAMERA = { name: 'Front door', room: 'Garden', mtx_path: 'front-door', is_enabled: true };
const LABEL = 'porch light';

interface Instance {
  readonly user: string;
  readonly password: string;
}

export interface Household {
  /** Of a login that was told to be remembered. */
  readonly token: string;
  readonly instance: Instance;
}

/** @param url of the API, of an app that was started with `ADMIN` */
export async function moveIn(url: string): Promise<Household> {
  const token = await login(url, ADMIN);
  await ask(url, { command: 'create', module: 'users', payload: { ...USER, can_login: true }, token });
  await ask(url, { command: 'create', module: 'cameras', payload: CAMERA, token });
  const instance = await rest(url, 'POST', token, { label: LABEL });
  return { token, instance: JSON.parse(instance) };
}

/** Expects everything to be as it was, by the logins of those who live there. */
export async function expectAtHome(url: string): Promise<Household> {
  const token = await login(url, ADMIN);
  await login(url, USER);
  expect(await ask(url, { command: 'list', module: 'cameras', token })).toMatchObject({ items: [CAMERA] });
  const [instance] = JSON.parse(await rest(url, 'GET', token)).mqtts;
  const mqttUrl = `mqtt://${new URL(url).hostname}:1883`;
  const client = await connectClient({ url: mqttUrl, username: instance.user, password: instance.password });
  expect(await client.subscribe(`/${instance.user}/#`)).toEqual([1]);
  await client.end();
  return { token, instance };
}

/** Expects a token from before to be good. */
export async function expectRemembered(url: string, token: string): Promise<void> {
  expect(await ask(url, { command: 'list', module: 'users', token })).toMatchObject({ total: 2 });
}

async function login(url: string, payload: { username: string; password: string }): Promise<string> {
  const request = { command: 'create', module: 'auth', payload: { ...payload, rememberMe: true } } as const;
  return Object(await ask(url, request)).bearer;
}

async function ask(url: string, request: Omit<ApiRequest, 'requestId'>): Promise<unknown> {
  const answer: Answer = await requestOverHttp(url, request);
  if (!answer.ok) throw new Error(`${request.command} ${request.module}: ${JSON.stringify(answer.error)}`);
  return answer.value;
}

async function rest(url: string, method: string, token: string, body?: object): Promise<string> {
  const response = await fetch(`${url}/v1/mqtt`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /v1/mqtt: ${response.status} ${text}`);
  return text;
}
