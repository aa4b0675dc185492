import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, server, settled, TAB } from '../support/node-red/flows.ts';
import { ADMIN } from '../support/service.ts';
import { acting, type InstanceSetting, startSetting } from './instance/setting.ts';

const SOURCES = fileURLToPath(new URL('../../nodes/', import.meta.url));

let world: InstanceSetting;

beforeAll(async () => {
  world = await startSetting();
  await world.reset();
});

afterAll(() => world.stop());

/** Properties that are numbers in a new node, and those that can be made one. */
function numberFields(type: string): string[] {
  const source = readFileSync(`${SOURCES}${type}/dialog.editor.ts`, 'utf8');
  return [...source.matchAll(/(\w+)Type: \{ value: 'num' \}/g)].map(([, name]) => String(name));
}

describe('a number that is left empty is not 0:', () => {
  it('these fields of ours can be', () => {
    const types = readdirSync(SOURCES).filter((name) => existsSync(`${SOURCES}${name}/form.html`));
    const fields = types.flatMap((type) => numberFields(type).map((field) => `${type} ${field}`));
    expect(fields).toEqual([
      'mqtt-instance overlap',
      'mqtt-instance offset',
      'mqtt-instance limit',
      'mqtt-instance timeout',
      'nestmtx-request timeout',
    ]);
  });

  it('a list has the rows of the service’s own limit, and time enough', async () => {
    await world.red.deploy([TAB, world.account(), ...acting('list', { offset: '', limit: ' ', timeout: '' })]);
    const { _id } = await world.rent();
    expect((await world.done('list')).payload).toMatchObject({ mqtts: [{ _id }], recordsFiltered: 1 });
  });

  it('a rotation has the overlap of the service, and does not end the old password at once', async () => {
    await world.red.deploy([TAB, world.account(), ...acting('rotate', { action: 'rotate', overlap: '', timeout: '' })]);
    const { _id: id, user: username, password } = await world.rent();
    await world.done('rotate', { id });
    await (await world.service.client({ username, password })).end();
  });

  it('a request has the usual timeout', async () => {
    const broker = server(world.service.mqttUrl, ADMIN);
    await world.red.deploy([TAB, broker, ...asking('ask', { module: 'version', timeout: '' })]);
    await settled(() => world.red.post('ask'));
  });
});
