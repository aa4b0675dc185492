import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { asking, node, rewired, server, settled, TAB } from '../../support/node-red/flows.ts';
import { type NodeRed, startNodeRed } from '../../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';
import { startUpstream, type Upstream } from '../../support/upstream/upstream.ts';

let service: Service;
let upstream: Upstream;
let red: NodeRed;

const OPEN_BROKER = { login: 'password', credentials: { apiUsername: 'nestmtx', apiPassword: 'nestmtx' } };

beforeAll(async () => {
  [service, upstream, red] = await Promise.all([
    startService(),
    startUpstream({ baseTopic: 'home/garden/nestmtx' }),
    startNodeRed({ env: { CAMERA_MODULE: 'cameras' } }),
  ]);
});

afterAll(async () => {
  await red.stop();
  await Promise.all([service.stop(), upstream.close()]);
});

async function deploy(...flow: ReturnType<typeof asking>): Promise<void> {
  await red.deploy([TAB, server(service.mqttUrl, ADMIN), ...asking('version', { module: 'version' }), ...flow]);
  await settled(() => red.post('version'));
}

/** Its open broker, several levels of base topic, and an account of the API only. */
async function deployAtUpstream(...flow: ReturnType<typeof asking>): Promise<void> {
  const config = server(upstream.url, undefined, { baseTopic: 'home/garden/nestmtx', ...OPEN_BROKER });
  await red.deploy([TAB, config, ...asking('version', { module: 'version' }), ...flow]);
  await settled(() => red.post('version'));
}

describe('the request node', () => {
  it('puts the answer of the API into the payload, and where it was not asked to, touches nothing', async () => {
    const create = { command: 'create', module: 'cameras' };
    const echo = node('echo', 'function', ['out-create'], {
      outputs: 1,
      func: 'msg.payload = [msg.payload, msg.mine, msg.requestId, msg.topic]; return msg;',
    });
    const mark = node('mark', 'function', ['request-create'], { outputs: 1, func: 'msg.mine = 7; return msg;' });
    const flow = rewired(rewired(asking('create', create), 'in-create', 'mark'), 'request-create', 'echo');
    await deploy(...flow, mark, echo);
    const { body } = await red.post('create', { name: 'Porch', mtx_path: 'porch' });
    expect(body).toMatchObject([{ name: 'Porch', mtx_path: 'porch' }, 7, expect.any(String), expect.any(String)]);
    const [, , requestId, topic] = body as string[];
    expect(topic).toBe(`nestmtx/responses/${requestId}`);
  });

  it('hands a refusal to the Catch nodes with the code of the API', async () => {
    await deploy(...asking('read', { command: 'read', entity: '4711' }));
    const { status, body } = await red.post('read');
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'not_found', message: expect.stringContaining('Row not found') });
  });

  it('takes command, module, entity, payload and timeout from the message, the environment or JSONata', async () => {
    const from = (name: string) => ({ [name]: `payload.${name}`, [`${name}Type`]: 'msg' });
    await deploy(
      ...asking('any', {
        ...from('command'),
        ...from('module'),
        ...from('entity'),
        ...from('timeout'),
        payload: 'payload.data',
      }),
      ...asking('env', { module: 'CAMERA_MODULE', moduleType: 'env' }),
      ...asking('jsonata', {
        module: '"cam" & "eras"',
        moduleType: 'jsonata',
        payload: '{"search": "nobody"}',
        payloadType: 'json',
      }),
    );
    const made = await red.post('any', { command: 'create', module: 'cameras', timeout: 3, data: { name: 'Shed' } });
    expect(made.body).toMatchObject({ name: 'Shed' });
    const { id } = made.body as { id: number };
    expect((await red.post('any', { command: 'read', module: 'cameras', entity: id })).body).toMatchObject({ id });
    expect((await red.post('env')).body).toMatchObject({ page: 1, itemsPerPage: 10 });
    expect((await red.post('jsonata')).body).toMatchObject({ search: 'nobody', total: 0 });
  });

  it.each([
    ['a command that is none', { command: 'payload.x', commandType: 'msg' }, 'the command must be one of'],
    ['no entity', { command: 'read' }, 'read needs an entity'],
    ['a payload that is no object', { command: 'create', payload: '[1]', payloadType: 'json' }, 'not an array'],
    ['a timeout of nothing', { timeout: '0' }, 'the timeout must be more than 0'],
    ['JSONata that throws', { payload: '$error("boom")', payloadType: 'jsonata' }, 'boom'],
    ['JSONata that is none', { payload: '((', payloadType: 'jsonata' }, 'end of expression'],
  ])('says what is wrong before anything is sent: %s', async (_what, properties, words) => {
    await deploy(...asking('bad', properties));
    const { status, body } = await red.post('bad');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).toContain(words);
    expect(red.isRunning()).toBe(true);
  });

  it('answers 200 requests that are in flight at once, each with its own answer', async () => {
    await deploy(
      ...asking('read', { command: 'read', entity: 'payload.id', entityType: 'msg' }),
      ...asking('create', { command: 'create' }),
    );
    const names = Array.from({ length: 5 }, (_, index) => `Camera ${index}`);
    const cameras = await Promise.all(names.map((name) => red.post('create', { name })));
    const ids = cameras.map(({ body }) => (body as { id: number }).id);
    const asked = Array.from({ length: 200 }, (_, index) => ids[index % ids.length]);
    const answers = await Promise.all(asked.map((id) => red.post('read', { id })));
    expect(answers.map(({ body }) => (body as { id: number }).id)).toEqual(asked);
    expect(red.output()).not.toContain('MaxListenersExceededWarning');
  });

  it('reads all pages of a list as one array, or as messages that a join node puts together', async () => {
    const query = { payload: '{"itemsPerPage": 2, "search": "Paged"}', payloadType: 'json' };
    const join = { mode: 'auto', build: 'object', property: 'payload', propertyType: 'msg' };
    await deploy(
      ...asking('create', { command: 'create' }),
      ...asking('all', { paging: 'all', ...query }),
      ...rewired(asking('stream', { paging: 'stream', ...query }), 'request-stream', 'join'),
      node('join', 'join', ['out-stream'], join),
    );
    const names = Array.from({ length: 5 }, (_, index) => `Paged ${index}`);
    for (const name of names) await red.post('create', { name });
    const namesOf = (body: unknown) =>
      (body as { name: string }[]).map(({ name }) => name).toSorted((a, b) => a.localeCompare(b));
    expect(namesOf((await red.post('all')).body)).toEqual(names);
    expect(namesOf((await red.post('stream')).body)).toEqual(names);
  });
});

describe('at an upstream NestMTX, the request node', () => {
  it('logs in by itself, and again when the token is worth nothing any more', async () => {
    await deployAtUpstream(...asking('users', { module: 'users' }));
    expect((await red.post('users')).body).toMatchObject({ items: [{ username: 'nestmtx' }] });
    upstream.dropTokens();
    expect((await red.post('users')).body).toMatchObject({ items: [{ username: 'nestmtx' }] });
  });

  it('puts the host of the HTTP URL where the server leaves it open', async () => {
    upstream.setCamera({ id: 3, mtx_path: 'garden', is_enabled: true });
    const config = { baseTopic: 'home/garden/nestmtx', httpUrl: 'https://nvr.example:2000/console', ...OPEN_BROKER };
    const flow = [...asking('read', { command: 'read', entity: '3' }), ...asking('version', { module: 'version' })];
    await red.deploy([TAB, server(upstream.url, undefined, config), ...flow]);
    await settled(() => red.post('version'));
    expect((await red.post('read')).body).toMatchObject({ url_rtsp_tcp: 'rtsp://nvr.example:8554/garden' });
  });

  it('gives up when the time is up, and forgets a late answer', async () => {
    await deployAtUpstream(...asking('slow', { timeout: '0.2' }), ...asking('cameras'));
    upstream.silence(true);
    const { body } = await red.post('slow');
    upstream.silence(false);
    expect(body).toMatchObject({ code: 'timeout' });
    expect((await red.post('cameras')).status).toBe(200);
  });

  it('fails at once while there is no connection, and works again without a redeploy when the broker is back', async () => {
    await deployAtUpstream(...asking('cameras'));
    await upstream.stop();
    const lost = await settled(
      () => red.post('cameras'),
      ({ status }) => status === 500,
    );
    expect(lost.body).toMatchObject({ code: 'not_connected' });
    await upstream.start();
    expect((await settled(() => red.post('cameras'))).status).toBe(200);
  });

  it('cancels what is under way when it is deployed anew, and nothing of it comes later', async () => {
    await deployAtUpstream(...asking('cameras'));
    upstream.silence(true);
    const before = upstream.requests.length;
    const given = red.post('cameras').catch(() => undefined);
    await eventually(() => upstream.requests.length > before);
    const errors = red.output().split('[error]').length;
    await red.deploy([TAB, server(upstream.url, undefined, { baseTopic: 'home/garden/nestmtx', ...OPEN_BROKER })]);
    upstream.silence(false);
    expect(red.output().split('[error]')).toHaveLength(errors);
    expect(red.isRunning()).toBe(true);
    // Nobody answers an http-in whose flow is gone.
    void given;
  });

  it('says that the password is wrong, and does not try it with each request', async () => {
    const wrong = { login: 'password', credentials: { apiUsername: 'nestmtx', apiPassword: 'guess' } };
    const config = server(upstream.url, undefined, { baseTopic: 'home/garden/nestmtx', ...wrong });
    await red.deploy([TAB, config, ...asking('cameras')]);
    const isRefused = ({ body }: { body: unknown }) => (body as { code?: string }).code === 'invalid_credentials';
    await settled(() => red.post('cameras'), isRefused);
    const before = upstream.requests.length;
    await Promise.all(Array.from({ length: 10 }, () => red.post('cameras')));
    expect(upstream.requests).toHaveLength(before);
    expect(red.output()).not.toContain('guess');
  });
});
