/** What becomes of the flows of 0.1, whose nodes came with the package of the service. */

import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { asking, keeping, node, server, settled, TAB } from '../support/node-red/flows.ts';
import { type NodeRed, PACKAGE, startNodeRed } from '../support/node-red/node-red.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const NODES = process.env['NR_PACKAGE'] ?? fileURLToPath(new URL('../../nodes', import.meta.url));
const TYPES = ['nestmtx-server', 'nestmtx-request', 'nestmtx-event', 'mqtt-instance-account', 'mqtt-instance'];
/** As far as Node-RED reads it. */
const FORMER = {
  name: '@nestmtx-bridge/nestmtx-bridge',
  version: '0.1.0',
  type: 'module',
  keywords: ['node-red'],
  'node-red': {
    version: '>=4.1.0',
    nodes: Object.fromEntries(TYPES.map((type) => [type, `dist/nodes/${type}.js`])),
  },
};
/** Of the runtime, not of a person: credentials are in a file of their own. */
const FLOW_FILES = ['flows.json', 'flows_cred.json'];
/** Node-RED finds the package of this checkout by itself: it lies beside Node-RED. */
const FORMER_ALONE = { externalModules: { palette: { denyList: [PACKAGE] } } };

let service: Service;
let kept: string;
let admin: Client;
let camera: number;
let userDir: string;

beforeAll(async () => {
  [service, kept] = await Promise.all([startService(), mkdtemp(join(tmpdir(), 'nestmtx-flows-'))]);
  admin = createClient({ url: service.mqttUrl, ...ADMIN });
  admin.connect();
  await admin.connected();
  await admin.login(ADMIN.username, ADMIN.password);
  const payload = { name: 'Front door', mtx_path: 'door', is_enabled: true };
  camera = Number(((await admin.request({ command: 'create', module: 'cameras', payload })) as { id: number }).id);
});

afterAll(async () => {
  await admin.close();
  await rm(kept, { recursive: true, force: true });
  await service.stop();
});

/** Into a folder of users, as npm does it; their flows are those that were kept. */
function installs(...packages: ('former' | 'present')[]): (folder: string) => Promise<void> {
  return async (folder) => {
    userDir = folder;
    const dependencies: Record<string, string> = {};
    for (const which of packages) {
      const name = which === 'former' ? FORMER.name : PACKAGE;
      const target = join(folder, 'node_modules', name);
      await mkdir(target, { recursive: true });
      await cp(join(NODES, 'dist'), join(target, 'dist', ...(which === 'former' ? ['nodes'] : [])), {
        recursive: true,
      });
      const manifest = which === 'former' ? JSON.stringify(FORMER) : await readFile(join(NODES, 'package.json'));
      await writeFile(join(target, 'package.json'), manifest);
      dependencies[name] = '*';
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies }));
    // The first time there are none.
    for (const file of FLOW_FILES) await copyFile(join(kept, file), join(folder, file)).catch(() => {});
  };
}

async function setsOf(red: NodeRed, module: string): Promise<{ name: string; err?: unknown }[]> {
  const answer = await red.admin('nodes', { headers: { accept: 'application/json' } });
  const sets = (await answer.json()) as { module: string; name: string; err?: unknown }[];
  return sets.filter((set) => set.module === module);
}

async function works(red: NodeRed): Promise<void> {
  const { body } = await settled(() => red.post('users'));
  expect(body).toMatchObject([{ username: ADMIN.username }]);
  const heard = async () => {
    for (const event of ['notReady', 'ready']) await emit(event);
    return red.post('kept');
  };
  const { body: messages } = await settled(heard, ({ body: all }) => JSON.stringify(all) !== '[]');
  expect(messages).toContainEqual(expect.objectContaining({ camera: expect.objectContaining({ name: 'Front door' }) }));
}

function emit(event: string): Promise<unknown> {
  return admin.request({ command: 'create', module: 'events', payload: { domain: 'camera', entity: camera, event } });
}

describe('flows made with the package of 0.1', () => {
  const event = node('heard', 'nestmtx-event', [], {
    ...{ version: 1, server: 'server', domain: 'camera', entity: '', events: ['ready'], split: false, outputs: 1 },
    ...{ ignoreRetained: true, tellState: false, holdSeconds: '0' },
  });

  it('run there', async () => {
    const red = await startNodeRed({ install: installs('former'), settings: FORMER_ALONE });
    try {
      await red.deploy([
        ...[TAB, server(service.mqttUrl, ADMIN, { version: 1 })],
        ...asking('users', { version: 1, module: 'users', paging: 'all' }),
        ...keeping(event),
      ]);
      expect(await setsOf(red, FORMER.name)).toHaveLength(TYPES.length);
      await works(red);
      for (const file of FLOW_FILES) await copyFile(join(userDir, file), join(kept, file));
    } finally {
      await red.stop();
    }
  });

  it('run on while both packages are installed, and Node-RED names the one to remove', async () => {
    const red = await startNodeRed({ install: installs('former', 'present') });
    try {
      await works(red);
      for (const { name, err } of await setsOf(red, PACKAGE)) {
        // The former package had no such node.
        if (!TYPES.includes(name)) continue;
        expect(err).toBeDefined();
        expect(red.output()).toContain(`'${name}' already registered by module ${FORMER.name}`);
      }
    } finally {
      await red.stop();
    }
  });

  it('run unchanged, logins included, when the nodes come from their own package', async () => {
    const red = await startNodeRed({ install: installs('present') });
    try {
      const sets = await setsOf(red, PACKAGE);
      expect(sets.map(({ name }) => name)).toEqual(expect.arrayContaining(TYPES));
      expect(sets.filter(({ err }) => err !== undefined)).toEqual([]);
      await works(red);
      expect(await readFile(join(userDir, 'flows.json'))).toEqual(await readFile(join(kept, 'flows.json')));
    } finally {
      await red.stop();
    }
  });
});
