/** Pins `google`: which credentials it means, the address it prints, and that it waits for a person. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const LINK = 'https://accounts.google.com/o/oauth2/v2/auth?client_id=1';
let cli: CommandLine;
let service: HttpStandIn;
let credentials: { id: number; description: string; is_authenticated: boolean }[];
let looks: number;
let link: string;

beforeEach(async () => {
  cli = await commandLine();
  service = await startHttpStandIn();
  credentials = [{ id: 1, description: 'House', is_authenticated: false }];
  looks = 0;
  link = LINK;
  service.answer(({ method }) => {
    if (method === 'PUT') return { status: 201, body: link };
    looks += 1;
    // Agreed between the first look and the second.
    const items = credentials.map((one) => ({ ...one, is_authenticated: one.is_authenticated || looks > 1 }));
    return { body: { total: items.length, items } };
  });
  cli.env['NESTMTX_BRIDGE_URL'] = service.url;
});
afterEach(async () => {
  await service.close();
  await cli.remove();
});

const origin = ['--origin', 'https://nest.local:2001'];

it('prints the address, and ends when Google has let us in', async () => {
  const { code, out, err } = await cli.run('google', ...origin);
  expect([code, out]).toEqual([0, `House is let in at\n\n${LINK}\n\n`]);
  expect(err).toContain('Google has let us in');
  expect(service.requests.find(({ method }) => method === 'PUT')).toMatchObject({
    target: '/api/credentials/1',
    body: '{"origin":"https://nest.local:2001"}',
  });
});

it('waits for nobody where it is told so, and where we are let in already', async () => {
  expect(await cli.json('google', ...origin, '--no-wait')).toEqual({ id: 1, link: LINK, is_authenticated: false });
  credentials = [{ id: 1, description: 'House', is_authenticated: true }];
  link = 'https://nestservices.google.com/partnerconnections/b2c3';
  expect(await cli.run('google', ...origin)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/devices are chosen at/),
  });
});

it('sets a subscription, and says where to agree to what that needs', async () => {
  credentials = [{ id: 1, description: 'House', is_authenticated: true }];
  const name = 'projects/house-1234/subscriptions/nest';
  const { code, out, err } = await cli.run('google', ...origin, '--subscription', name);
  expect([code, out]).toEqual([0, `House is let in at\n\n${LINK}\n\n`]);
  expect(err).toContain('heard as soon as somebody has agreed');
  await cli.run('google', ...origin, '--subscription', 'none');
  const sent = service.requests.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.parse(body));
  expect(sent.map(({ pubsub_subscription }) => pubsub_subscription)).toEqual([name, null]);
});

it('asks which, where there are several or none', async () => {
  credentials = [];
  expect(await cli.run('google', ...origin)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there are no credentials/),
  });
  credentials = [1, 2].map((id) => ({ id, description: `House ${id}`, is_authenticated: true }));
  expect(await cli.run('google', ...origin)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/which credentials: 1, 2\?/),
  });
  expect(await cli.run('google', '7', ...origin)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there are no credentials 7/),
  });
  expect(await cli.run('google', '2', ...origin)).toMatchObject({ code: 0, out: expect.stringMatching(/House 2/) });
  expect(await cli.run('google')).toMatchObject({ code: 2, err: expect.stringMatching(/google needs --origin/) });
});
