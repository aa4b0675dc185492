/** Pins the AsyncAPI document: valid, with every topic of ours and every verb of the access table, and examples that keep to it. */

import { Parser } from '@asyncapi/parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeMqtt } from '../../../src/app/documents.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { EVENTS, OWN_EVENTS } from '../../../src/protocol/events.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { type Service, startService } from '../../support/service.ts';
import { ROWS } from '../openapi/document.ts';
import { type AsyncApi, asyncApiChecker, operationIdOf } from './document.ts';

const WARNING = 1;

let service: Service;
let document: AsyncApi;
beforeAll(async () => {
  service = await startService();
  document = JSON.parse(await (await fetch(`${service.httpUrl}/asyncapi.json`)).text());
});
afterAll(() => service.stop());

it('is one by the specification, without a warning', async () => {
  const { diagnostics } = await new Parser().parse(JSON.stringify(document));
  // A hint says that there is a 3.1: its tools are not there yet.
  expect(diagnostics.filter(({ severity }) => severity <= WARNING)).toEqual([]);
});

it('has the topics, and no others', () => {
  const topics = topicsOf('nestmtx');
  const addresses = Object.values(document.channels).map(({ address }) => address);
  expect(addresses.sort()).toEqual(
    [
      topics.requests,
      topics.failures,
      topics.availability,
      topics.response('{requestId}'),
      topics.cameraState('{id}'),
      topics.lastEvent,
      topics.cameraPicture('{id}'),
      ...topics.event('{domain}', '{entity}', '{event}'),
    ].sort(),
  );
});

it.each([
  ['plain', ['home/nestmtx/events/{domain}/{entity}/{event}', 'home/nestmtx/stream/{domain}/{event}']],
  ['documented', ['/home/nestmtx/events/{domain}/{entity}/{event}', '/home/nestmtx/stream/{domain}/{event}']],
])('spells event topics as the service is set up to: %s', async (mode, spelled) => {
  const { channels } = await describedFor({ MQTT_BASE_TOPIC: 'home/nestmtx', EVENT_TOPICS: mode });
  const addresses = Object.values(channels).map(({ address }) => address);
  expect(addresses.filter((address) => address.includes('{event}'))).toEqual(spelled);
});

it('has every verb of the access table, with its request and what answers it', () => {
  for (const row of ROWS) {
    const operation = document.operations[operationIdOf(row)];
    expect(operation).toMatchObject({ action: 'receive', reply: { messages: [expect.anything(), expect.anything()] } });
  }
  const received = Object.values(document.operations).filter(({ action }) => action === 'receive');
  expect(received.length).toBe(ROWS.length);
});

it('has a message for each event, and says which are ours', () => {
  const sent = Object.values(document.components.messages).flatMap(({ payload, description }) => {
    const { domain, event } = Object(payload?.properties);
    return domain && event ? [`${domain.const} ${event.const ?? event.enum[0]}${description ? ' (ours)' : ''}`] : [];
  });
  const expected = Object.entries(EVENTS).flatMap(([domain, events]) =>
    events.map((event) => `${domain} ${event}${OWN_EVENTS.includes(event) ? ' (ours)' : ''}`),
  );
  expect(sent).toEqual(expected);
});

it('has an example of every message that is not empty, and each keeps to its schema', () => {
  const check = asyncApiChecker(document);
  const faults = Object.entries(document.components.messages).flatMap(([name, message]) =>
    examplesOf(message).map((example) => check.faults(['components', 'messages', name, 'payload'], example)),
  );
  expect(faults.length).toBeGreaterThan(60);
  expect(faults.filter((fault) => fault !== '')).toEqual([]);
});

it('names the brokers that the service uses', async () => {
  const own = await describedFor({ PUBLIC_HOST: 'nest.example', MQTT_PORT: '1884' });
  expect(own.servers).toMatchObject({
    mqtt: { host: 'nest.example:1884' },
    webSocket: { protocol: 'ws', pathname: '/mqtt' },
  });
  const other = await describedFor({ MQTT_HOST: 'broker.example', MQTT_PROTOCOL: 'mqtts', MQTT_PORT: '8883' });
  expect(other.servers).toMatchObject({ broker: { host: 'broker.example:8883', protocol: 'mqtts' } });
});

function examplesOf({ payload, examples }: AsyncApi['components']['messages'][string]): unknown[] {
  if (payload) expect(examples).not.toHaveLength(0);
  return (examples ?? []).map((example) => example.payload);
}

/** What a service with this environment says; no modules are needed for where it says it. */
async function describedFor(env: Record<string, string>): Promise<AsyncApi> {
  const readFile = () => {
    throw Object.assign(new Error(), { code: 'ENOENT' });
  };
  return JSON.parse(JSON.stringify(await describeMqtt([], loadConfig({ env, cwd: '/', readFile }))));
}
