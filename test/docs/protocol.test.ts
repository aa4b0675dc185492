/** Holds docs/protocol.md equal to what is built: topics, fields, the access table, events and state. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ACCESS } from '../../src/core/requests/access.ts';
import { PAGE_QUERY } from '../../src/protocol/entities/page.ts';
import { parseEnvelope } from '../../src/protocol/envelope.ts';
import { EVENT_MEANINGS } from '../../src/protocol/event-meaning.ts';
import { CAMERA_STATE, EVENTS, OWN_EVENTS } from '../../src/protocol/events.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import type { Command } from '../../src/protocol/verbs.ts';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

it('the topics are those of protocol/topics.ts, retained where they are', () => {
  const topics = topicsOf('<base>');
  const kept = [topics.availability, topics.cameraState('{id}'), topics.cameraPicture('{id}'), topics.lastEvent];
  const passing = [topics.requests, topics.response('{requestId}'), topics.failures];
  const expected = [
    ...passing.map((topic) => [topic, 'no']),
    ...kept.map((topic) => [topic, 'yes']),
    ...topics.event('{domain}', '{entity}', '{event}').map((topic) => [topic, 'no']),
  ].map(([topic = '', retained]) => [`\`${topic.replaceAll('{', '<').replaceAll('}', '>')}\``, retained]);
  expect(cells('topic').map(([topic, retained]) => [topic, retained])).toEqual(expected);
});

it('the fields of a request are the ones that are taken, and there are no others', () => {
  const request = {
    command: 'update',
    module: 'users',
    requestId: '42',
    entity: '1',
    payload: {},
    token: 'oat_x',
  };
  expect(
    cells('field')
      .map(([field]) => unquoted(field))
      .slice(0, 6),
  ).toEqual(Object.keys(request));
  expect(parseEnvelope(request)).toEqual(request);
  expect(() => parseEnvelope({ ...request, other: 1 })).toThrow('"other" is not allowed');
});

it('the table of modules is core/access.ts', () => {
  const verbs: readonly Command[] = ['list', 'read', 'create', 'update', 'delete'];
  const expected = Object.entries(ACCESS).map(([module, rights]) => [
    `\`${module}\``,
    ...verbs.map((verb) => rights[verb] ?? '–'),
  ]);
  expect(cells('module')).toEqual(expected);
});

it('the events are those of protocol/events.ts, with what they mean, and ours are marked', () => {
  const expected = Object.entries(EVENT_MEANINGS).flatMap(([domain, events]) =>
    Object.entries(events).map(([event, { when, details }]) => [
      domain,
      `\`${event}\`${OWN_EVENTS.includes(event) ? ' (ours)' : ''}`,
      when,
      Object.keys(details)
        .map((key) => `\`${key}\``)
        .join(', '),
    ]),
  );
  expect(cells('domain')).toEqual(expected);
  expect(expected.map(([domain, event]) => [domain, unquoted(event)])).toEqual(
    Object.entries(EVENTS).flatMap(([domain, events]) => events.map((event) => [domain, event])),
  );
});

it('the fields of a state, and of the payload of a list, are those of their schemas', () => {
  expect(
    cells('field')
      .slice(6)
      .map(([field]) => unquoted(field)),
  ).toEqual(Object.keys(CAMERA_STATE.properties));
  expect(cells('payload').map(([key]) => unquoted(key))).toEqual(Object.keys(PAGE_QUERY.properties));
});

/** The rows of all tables whose first column is headed so. */
function cells(heading: string): string[][] {
  const tables = page.split('\n\n').filter((block) => block.startsWith(`| ${heading} |`));
  expect(tables.length, heading).toBeGreaterThan(0);
  return tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(2)
      .map((row) => row.slice(2, -2).split(' | ')),
  );
}

function unquoted(cell = ''): string | undefined {
  return /`([^`]+)`/.exec(cell)?.[1];
}
