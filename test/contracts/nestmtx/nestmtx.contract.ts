/**
 * Owns the one differential with NestMTX: each case of its contract through each door of one running service. Where we answer something
 * else, the case names the row of the table of differences, and must find that there is a difference.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/protocol/errors.ts';
import type { Command } from '../../../src/protocol/verbs.ts';
import { connectSocket, nextEvent } from '../../support/api/socketio.ts';
import type { Service } from '../../support/service.ts';
import { ACCESS_CASES } from './access.cases.ts';
import { AUTH_CASES } from './auth.cases.ts';
import { CAMERA_CASES } from './cameras.cases.ts';
import { type Case, type DoorName, type Expected, HTTP, type Who } from './case.ts';
import { CREDENTIAL_CASES } from './credentials.cases.ts';
import { carries, DOORS, type Door, OK, type Seen, type Tokens } from './doors.ts';
import { ENVELOPE_CASES } from './envelope.cases.ts';
import { sceneFor } from './scene.ts';
import { SERVICE_CASES } from './service.cases.ts';
import { USER_CASES } from './users.cases.ts';

const CASES: readonly Case[] = [
  ...ACCESS_CASES,
  ...AUTH_CASES,
  ...CAMERA_CASES,
  ...CREDENTIAL_CASES,
  ...SERVICE_CASES,
  ...USER_CASES,
];

const NO_REQUEST = 'invalid requests go to `failures` only, broken JSON nowhere';
const STATUSES = 'over HTTP everything but `Unauthorized` is 400';

/** The rows of the table of differences that are tried here. */
export const ROWS_TRIED: ReadonlySet<string> = new Set([NO_REQUEST, ...CASES.flatMap(rowsOf)]);

export interface UnderTest {
  readonly service: Service;
  readonly tokens: Tokens;
  /** Ids, by who asks. */
  readonly selves: Readonly<Partial<Record<Who, string>>>;
}

export function nestMtxContract(open: () => Promise<UnderTest>, isRow: (row: string) => boolean): void {
  let under: UnderTest;
  beforeAll(async () => {
    under = await open();
  });
  afterAll(() => under.service.stop());

  describe('of what is no request', () => envelopeContract(() => under));

  const names: readonly DoorName[] = ['MQTT', 'Socket.IO', ...HTTP];
  describe.each(names)('over %s', (name) => {
    let door: Door;
    beforeAll(async () => {
      door = await DOORS[name](under.service, under.tokens);
    });
    afterAll(() => door.close());

    it.each(titled(CASES.filter((one) => carries(name, one))))('%s', async (_, one) => {
      const { as = 'admin', before = [] } = one;
      const { tokens, selves, service } = under;
      const self = selves[as] ?? '';
      const scene = await sceneFor(one, { url: service.httpUrl, token: tokens.admin ?? '', self });
      for (const step of before) expect(await door.ask(scene.filled(step), 'admin')).toHaveProperty('answer.ok', true);
      const [request, after] = [scene.filled(one.request), one.after && scene.filled(one.after)];
      let seen = await door.ask(request, as);
      if (after && seen.answer.ok) seen = await door.ask(after, as);
      const { command } = after ?? request;
      const [there, here] = [scene.filled(one.there), one.here && scene.filled(one.here.is)];
      expectAnswer(seen, here ?? there, command);
      if (one.here) {
        expect(one.here.row).toSatisfy(isRow);
        expect(() => expectAnswer(seen, there, command), 'it is no difference').toThrow();
      }
    });
  });
}

/** With its sentence first, whole: vitest cuts what it takes out of an object. */
function titled<C extends { readonly what: string }>(cases: readonly C[]): [string, C][] {
  return cases.map((one) => [one.what, one]);
}

/** What is no request, over the doors that can say it. */
function envelopeContract(under: () => UnderTest): void {
  const mqtt = 'over MQTT it is told on failures, and under its request id where that can be read';
  it.each(titled(ENVELOPE_CASES))(`${mqtt}: %s`, async (_, { sent, first }) => {
    const client = await under().service.client();
    await client.subscribe(['nestmtx/failures', 'nestmtx/responses/asked']);
    await client.publish('nestmtx/requests', JSON.stringify({ requestId: 'asked', ...sent }));
    const told = JSON.parse((await client.next('nestmtx/failures')).text);
    expect(told).toMatchObject({ error: { message: first.message, details: [first] } });
    if (!('requestId' in sent)) expect(JSON.parse((await client.next('nestmtx/responses/asked')).text)).toEqual(told);
    await client.end();
  });

  it.each(titled(ENVELOPE_CASES))('over Socket.IO it is a failure: %s', async (_, { sent, first }) => {
    const socket = await connectSocket(under().service.httpUrl);
    const failure = nextEvent(socket, 'failure');
    socket.emit('request', { requestId: 'asked', ...sent });
    expect(await failure).toMatchObject({ message: 'Invalid Request', details: [first] });
    socket.disconnect();
  });
}

function expectAnswer({ answer, status }: Seen, expected: Expected, command: Command): void {
  if ('message' in expected) {
    const { message, code } = expected;
    expect(answer).toMatchObject({ ok: false, error: { message, code, details: expect.any(Array) } });
    expect(status ?? ERRORS[code].status).toBe(ERRORS[code].status);
    return;
  }
  const { value } = expected;
  if (isPlain(value)) expect(answer).toMatchObject({ ok: true, value });
  else expect(answer).toEqual({ ok: true, value });
  expect(status ?? OK[command]).toBe(OK[command]);
}

/** Of which we may have more: neither a scalar, nor nothing, nor an object without a key. */
function isPlain(value: unknown): boolean {
  return (
    Array.isArray(value) ||
    (Object.getPrototypeOf(Object(value)) === Object.prototype && Object.keys(Object(value)).length > 0)
  );
}

/** A failure that has another status here than NestMTX's 400 or 401 is told of by a row of its own. */
function rowsOf({ there, here }: Case): string[] {
  const is = here?.is ?? there;
  const isOtherStatus = 'code' in is && ![400, 401].includes(ERRORS[is.code].status);
  return [...(here ? [here.row] : []), ...(isOtherStatus ? [STATUSES] : [])];
}
