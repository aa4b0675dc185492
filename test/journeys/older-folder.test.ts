/** A data folder that 0.1 left behind when it was killed, opened by this program. */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_COLLECTIONS } from '../../src/app/collections.ts';
import { openStore } from '../../src/store/open-store.ts';
import { keptLog } from '../store/kept-log.ts';
import { startService } from '../support/service.ts';

/** Written at the commit before lines had numbers: three users, two cameras and one that was removed, an instance, a credential. */
const OLDER = fileURLToPath(new URL('../fixtures/killed-0.1.0', import.meta.url));
const PASSWORD = 'fixture-password';
const INSTANCE = { username: 'KjHLxEkb', password: 'HZlXNOyaYh7g' };

let dir: string;
let journal: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'older-'));
  journal = join(dir, 'store.journal');
  await cp(OLDER, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

const COLLECTIONS = ALL_COLLECTIONS.map(({ name }) => ({ name, unique: {} }));
const open = () => openStore({ dir, log: keptLog(), collections: COLLECTIONS });

describe('a data folder of 0.1', () => {
  it('opens with every record that is in it, and is written anew beside the former file', async () => {
    const former = await readFile(journal, 'utf8');
    const store = await open();
    const records = replayed(former);
    for (const spec of COLLECTIONS) {
      expect([...store.collection(spec).values()], spec.name).toEqual([...(records.get(spec.name)?.values() ?? [])]);
    }
    expect(records.size).toBeGreaterThan(10);
    await store.close();
    expect(await readFile(`${journal}.last-good`, 'utf8')).toBe(former);
    expect(await readFile(journal, 'utf8')).toContain('"version":2,"salt":');
  });

  it('serves its users, its cameras, its instance and its credential', async () => {
    const service = await startService({ dataDir: dir, login: { username: 'anna', password: PASSWORD } });
    try {
      await (await service.client()).end();
      const get = await reader(service.httpUrl, 'admin');
      expect((await get('/api/cameras?sortBy[0][key]=id')).items).toMatchObject([{ name: 'Garten' }, { name: 'Tür' }]);
      expect((await get('/api/users')).total).toBe(3);
      expect((await get('/api/credentials')).items).toMatchObject([{ description: 'Google' }]);
      // Sealed with the key of the folder.
      const getOwn = await reader(service.httpUrl, 'anna');
      const instance = { user: INSTANCE.username, password: INSTANCE.password };
      expect((await getOwn('/v1/mqtt')).mqtts).toMatchObject([instance]);
      await (await service.client(INSTANCE)).end();
    } finally {
      await service.stop();
    }
  });

  it.each([
    ['a hole in its last line', (bytes: Buffer) => bytes.fill(0, bytes.lastIndexOf('\n', -2) + 1, bytes.length - 20)],
    ['a last line that is cut short', (bytes: Buffer) => bytes.subarray(0, -20)],
  ])('opens without the last line where a power cut left %s', async (_, tear) => {
    const former = await readFile(journal);
    const whole = former.subarray(0, former.lastIndexOf('\n', -2) + 1);
    await writeFile(journal, tear(Buffer.from(former)));
    const store = await open();
    const records = replayed(whole.toString());
    for (const spec of COLLECTIONS) expect(store.collection(spec).size).toBe(records.get(spec.name)?.size ?? 0);
    await store.close();
  });

  it('stays as it is when it is damaged', async () => {
    const damaged = (await readFile(journal, 'utf8')).replace('"anna"', '"otto"');
    await writeFile(journal, damaged);
    await expect(open()).rejects.toThrow('the checksum does not match the line, and a whole one follows');
    expect(await readFile(journal, 'utf8')).toBe(damaged);
  });
});

/** Logs in and reads JSON from there. */
async function reader(url: string, email: string) {
  const logIn = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const { token } = await logIn.json();
  return async (path: string) => {
    const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } });
    return answer.json();
  };
}

/** What the lines of a journal of 0.1 leave in each collection: each is a checksum of eight digits, a space and JSON. */
function replayed(text: string): Map<string, Map<string, unknown>> {
  const records = new Map<string, Map<string, unknown>>();
  for (const line of text.trimEnd().split('\n')) {
    const content = JSON.parse(line.slice(9));
    for (const [collection, id, record] of Array.isArray(content) ? content : []) {
      const of = records.get(collection) ?? new Map<string, unknown>();
      records.set(collection, of);
      if (record === undefined) of.delete(id);
      else of.set(id, record);
    }
  }
  return records;
}
