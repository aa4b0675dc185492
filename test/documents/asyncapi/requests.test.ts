/** Sends what the AsyncAPI document gives as examples over MQTT, and holds every message of the service against what it promises. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMITTED_EVENTS } from '../../../src/protocol/entities/emit.ts';
import { NOTICED_EVENTS } from '../../../src/protocol/events.ts';
import { matches } from '../../../src/protocol/topic-match.ts';
import { freshId, login, requestText } from '../../support/api/mqtt.ts';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import type { Checker } from '../document.ts';
import { ROWS, type Row } from '../openapi/document.ts';
import { type AsyncApi, asyncApiChecker, nameIn, operationIdOf } from './document.ts';

/** There is no Google, no process to act on, no camera that films, no client of that name and nothing under way: these are answered by a failure, as documented too. */
const FAILING = [
  ...['credentials.read', 'htop.update', 'snapshots.read', 'streams.read', 'streams.create', 'streams.delete'],
  ...['clients.delete', 'imports.update', 'operations.read', 'operations.delete'],
];

let service: Service;
let document: AsyncApi;
let check: Checker;
let client: TestClient;
let listener: TestClient;
let token: string;
beforeAll(async () => {
  service = await startService();
  document = JSON.parse(await (await fetch(`${service.httpUrl}/asyncapi.json`)).text());
  check = asyncApiChecker(document);
  [client, listener] = await Promise.all([service.client(), service.client()]);
  await listener.subscribe(sentChannels().map(({ filter }) => filter));
  token = await login(client, ADMIN.username, ADMIN.password);
});
afterAll(async () => {
  await Promise.all([client.end(), listener.end()]);
  await service.stop();
});

const actualIds = new Map<string, string>();

describe('every example is answered as documented:', () => {
  it.each(ROWS)('$module $command', async (row) => {
    const operation = `${row.module}.${row.command}`;
    const { entity, ...example } = exampleOf(row);
    const ownToken = operation === 'auth.delete' ? await login(client, ADMIN.username, ADMIN.password) : token;
    const text = await requestText(client, {
      ...example,
      requestId: freshId(),
      ...(entity === undefined ? {} : { entity: actualIds.get(`${row.module} ${entity}`) ?? entity }),
      ...('token' in example ? { token: ownToken } : {}),
    });
    const replies = document.operations[operationIdOf(row)]?.reply?.messages.map(nameIn) ?? [];
    const [answer = '', failure = ''] = replies;
    expectDocumented(FAILING.includes(operation) ? failure : answer, text);
    if (row.command === 'create') noteId(row, answer, text);
    if (operation === 'events.create') await makeEveryEvent();
  });
});

describe('what nobody asked for is as documented:', () => {
  /** The last of what the requests made. */
  beforeAll(async () => {
    await listener.next('/nestmtx/stream/camera/removed');
    await listener.next(({ topic, text }) => topic === 'nestmtx/state/camera/1' && text === '');
  });

  it('every event came, on every topic of its channel', () => {
    const expected = [...EMITTED_EVENTS, 'created', 'updated', 'removed'].map((event) => `camera${capitalised(event)}`);
    const channels = sentChannels().filter(({ address }) => address.includes('{event}'));
    expect(channels.length).toBe(4);
    for (const { filter, messages } of channels) {
      const events = listener.received.filter(({ topic }) => matches(filter, topic));
      expect(new Set(events.map(({ text }) => messageFor(text, messages)))).toEqual(new Set(expected));
    }
  });

  it('states of cameras, and nothing once the camera is gone', () => {
    const states = listener.received.filter(({ topic }) => topic === 'nestmtx/state/camera/1');
    expect(states.length).toBeGreaterThan(5);
    expect(states.at(-1)?.text).toBe('');
    for (const { text } of states.slice(0, -1)) expectDocumented('cameraState', text);
  });

  it('that the service is there', async () => {
    const { text } = await listener.next('nestmtx/availability');
    expect([text, check.faults(['components', 'messages', 'availability', 'payload'], text)]).toEqual(['online', '']);
  });

  it('failures of what was no request', async () => {
    await client.publish('nestmtx/requests', '{');
    const { text } = await listener.next('nestmtx/failures');
    expectDocumented('failure', text);
  });
});

/** The channels that the service sends on unasked, with the filter that hears all of each. */
function sentChannels() {
  return Object.values(document.operations)
    .filter(({ action }) => action === 'send')
    .flatMap(({ channel, messages }) => {
      const address = document.channels[nameIn(channel)]?.address ?? '';
      return [{ address, filter: address.replaceAll(/\{\w+\}/g, '+'), messages: messages.map(nameIn) }];
    });
}

function exampleOf(row: Row): { readonly entity?: string; readonly [key: string]: unknown } {
  const [example] = document.components.messages[`${operationIdOf(row)}Request`]?.examples ?? [];
  if (!example) throw new Error(`${row.module}.${row.command} is not described`);
  return Object(example.payload);
}

function expectDocumented(message: string, text: string): void {
  const isEmpty = document.components.messages[message]?.payload === undefined;
  if (isEmpty) expect(text).toBe('');
  else expect(check.faults(['components', 'messages', message, 'payload'], JSON.parse(text))).toBe('');
}

/** The one message that the text keeps to; fails when there is none or more than one. */
function messageFor(text: string, messages: readonly string[]): string | undefined {
  const body: unknown = JSON.parse(text);
  const fitting = messages.filter((name) => check.faults(['components', 'messages', name, 'payload'], body) === '');
  expect(fitting, text).toHaveLength(1);
  return fitting[0];
}

/** Remembers how the service named what the example of a create made. */
function noteId({ module }: Row, answer: string, text: string): void {
  const [documented] = document.components.messages[answer]?.examples ?? [];
  actualIds.set(`${module} ${idIn(documented?.payload)}`, idIn(JSON.parse(text)));
}

function idIn(answer: unknown): string {
  const { id, _id = id } = Object(answer);
  return String(_id ?? answer);
}

async function makeEveryEvent(): Promise<void> {
  // In an order in which each of them changes something.
  for (const event of ['stalled', 'demand', 'ready', 'read', 'unread', 'notReady', 'unDemand', ...NOTICED_EVENTS]) {
    const payload = { domain: 'camera', entity: 1, event };
    await requestText(client, { command: 'create', module: 'events', payload, token });
  }
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
