import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpStandIn, startHttpStandIn } from '../support/http-stand-in.ts';
import { type CommandLine, commandLine } from './command-line.ts';

let cli: CommandLine;
let service: HttpStandIn;
const users = [
  { id: 2, username: 'bob\u001b[2J', can_login: false, role: 'user' },
  { id: 1, username: 'admin', can_login: true, role: 'admin' },
  { id: 14, username: '2', can_login: true, role: 'user' },
];

beforeEach(async () => {
  cli = await commandLine();
  service = await startHttpStandIn();
  service.answer(({ method, body }) => {
    if (method === 'GET') return { body: { page: 1, itemsPerPage: 1000, total: users.length, items: users } };
    return method === 'POST' ? { status: 201, body: JSON.parse(body) } : { status: 204 };
  });
  cli.env['NESTMTX_BRIDGE_URL'] = service.url;
});

afterEach(async () => {
  await service.close();
  await cli.remove();
});

const sent = () => {
  const { method, target, body } = service.requests.at(-1) ?? { method: '', target: '', body: '' };
  return { method, target, body: body === '' ? undefined : (JSON.parse(body) as unknown) };
};

describe('users', () => {
  it('lists them in columns, and lets no name move the cursor', async () => {
    expect((await cli.run('users', 'list')).out.split('\n')).toEqual([
      'ID  NAME     ROLE   CAN LOG IN',
      '1   admin    admin  yes',
      '2   bob [2J  user   no',
      '14  2        user   yes',
      '',
    ]);
    expect(await cli.json('users', 'list')).toHaveLength(3);
  });

  it('reads page after page', async () => {
    const many = Array.from({ length: 2500 }, (_, id) => ({
      id,
      username: `user${id}`,
      can_login: true,
      role: 'user',
    }));
    service.answer(({ target }) => {
      const page = Number(new URLSearchParams(target.split('?')[1]).get('page'));
      return { body: { items: many.slice((page - 1) * 1000, page * 1000) } };
    });
    expect(await cli.json('users', 'list')).toHaveLength(2500);
    expect(service.requests).toHaveLength(3);
  });

  it('adds one, with a password from a pipe', async () => {
    cli.piped = 'new password\n';
    expect((await cli.run('users', 'add', 'carol', '--admin')).code).toBe(0);
    const body = { username: 'carol', password: 'new password', can_login: true, role: 'admin' };
    expect(sent()).toEqual({ method: 'POST', target: '/api/users', body });
  });

  it('adds one who cannot log in yet', async () => {
    cli.env['NESTMTX_BRIDGE_NEW_PASSWORD'] = 'secret';
    await cli.run('users', 'add', 'carol', '--no-login');
    expect(sent().body).toMatchObject({ can_login: false, role: 'user' });
  });

  it('adds a device with its topics, and shows them in a column of their own', async () => {
    cli.piped = 'new password\n';
    await cli.run('users', 'add', 'plug', '--device', 'tele/plug/#', 'cmnd/plug/#');
    expect(sent().body).toMatchObject({ username: 'plug', role: 'device', topics: ['tele/plug/#', 'cmnd/plug/#'] });
    const plug = { id: 3, username: 'plug', can_login: true, role: 'device', topics: ['tele/plug/#', 'cmnd/plug/#'] };
    service.answer(() => ({ body: { items: [users[1], plug] } }));
    expect((await cli.run('users', 'list')).out.split('\n')).toEqual([
      'ID  NAME   ROLE    CAN LOG IN  TOPICS',
      '1   admin  admin   yes',
      '3   plug   device  yes         tele/plug/# cmnd/plug/#',
      '',
    ]);
  });

  it('gives a device other topics', async () => {
    expect((await cli.run('users', 'topics', '14', 'tele/plug/#', 'homeassistant/#')).code).toBe(0);
    const body = { topics: ['tele/plug/#', 'homeassistant/#'] };
    expect(sent()).toEqual({ method: 'PUT', target: '/api/users/14', body });
  });

  it.each([
    [['add', 'plug', '--device'], /at least one topic filter/],
    [['topics', 'admin'], /at least one topic filter/],
    [['add', 'plug', '--device', '--admin', 'a/#'], /no administrator/],
    [['add', 'plug', 'a/#'], /too many arguments/],
  ])('users %j is wrong usage, and nothing is sent', async (words, err) => {
    expect(await cli.run('users', ...words)).toMatchObject({ code: 2, err });
    expect(service.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('asks for a new password twice and takes only two equal ones', async () => {
    cli.typed = ['secret', 'secert'];
    expect(await cli.run('users', 'passwd', 'admin')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/the two passwords differ/),
    });
    cli.typed = ['secret', 'secret'];
    expect((await cli.run('users', 'passwd', 'admin')).code).toBe(0);
    expect(sent()).toEqual({ method: 'PUT', target: '/api/users/1', body: { password: 'secret' } });
  });

  it('disables and enables', async () => {
    await cli.run('users', 'disable', 'admin');
    expect(sent()).toMatchObject({ target: '/api/users/1', body: { can_login: false } });
    await cli.run('users', 'enable', 'admin');
    expect(sent()).toMatchObject({ target: '/api/users/1', body: { can_login: true } });
  });

  it('takes a name before an id', async () => {
    await cli.run('users', 'disable', '2');
    expect(sent().target).toBe('/api/users/14');
    await cli.run('users', 'disable', '1');
    expect(sent().target).toBe('/api/users/1');
  });

  it('deletes after a yes only', async () => {
    cli.typed = ['n'];
    expect((await cli.run('users', 'delete', 'admin')).code).toBe(1);
    expect(sent().method).toBe('GET');
    cli.typed = ['y'];
    expect((await cli.run('users', 'delete', 'admin')).code).toBe(0);
    expect(sent()).toMatchObject({ method: 'DELETE', target: '/api/users/1' });
  });

  it('deletes in a script with --yes only', async () => {
    expect(await cli.run('users', 'delete', 'admin')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/needs --yes/),
    });
    expect((await cli.run('users', 'delete', 'admin', '--yes')).code).toBe(0);
  });

  it('suggests a name for one that is not there', async () => {
    expect(await cli.run('users', 'disable', 'admim')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/there is no user admim, did you mean admin\?/),
    });
  });
});

describe('emit', () => {
  it('sends an observation and tells which events came of it', async () => {
    service.answer(() => ({ status: 201, body: { events: ['demand', 'ready'], seq: 8 } }));
    const { out } = await cli.run('emit', 'camera', '3', 'read', '--reader', 'kitchen');
    expect(out).toBe('camera 3: demand, ready\n');
    const body = { domain: 'camera', entity: '3', event: 'read', reader: 'kitchen' };
    expect(sent()).toEqual({ method: 'POST', target: '/api/events', body });
  });

  it('takes the old name of unDemand, and tells when nothing changed', async () => {
    service.answer(() => ({ status: 201, body: { events: [], seq: 8 } }));
    const { out } = await cli.run('emit', 'camera', '3', 'undemand');
    expect(out).toBe('camera 3: no event, nothing changed\n');
    expect(sent().body).toMatchObject({ event: 'unDemand' });
  });
});
