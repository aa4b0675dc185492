/** Pins that no change of a camera costs another one: whatever people do at NestMTX and here, no field changes that nobody set. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { eventually } from '../support/eventually.ts';
import { type Following, startFollowing } from './following.ts';

interface Fields {
  readonly mtx_path: string | null;
  readonly is_enabled: boolean;
  readonly is_persistent: boolean;
}

/** What happens in this order: somebody at NestMTX, a reading that is under way while several people here change the camera at once. */
interface Step {
  readonly there: Partial<Fields>;
  readonly isRead: boolean;
  readonly here: readonly Partial<Fields>[];
}

const KEYS = ['mtx_path', 'is_enabled', 'is_persistent'] as const;

const change = fc.record(
  { mtx_path: fc.constantFrom('a', 'b', 'c'), is_enabled: fc.boolean(), is_persistent: fc.boolean() },
  { requiredKeys: [] },
);
const step = fc.record({ there: change, isRead: fc.boolean(), here: fc.array(change, { maxLength: 4 }) });

let following: Following;
let token: string;
let lastId = 0;

beforeAll(async () => {
  following = await startFollowing();
  const payload = { username: 'nestmtx', password: 'nestmtx' };
  const login = await requestOverHttp(following.service.httpUrl, { command: 'create', module: 'auth', payload });
  token = login.ok ? String(Reflect.get(Object(login.value), 'bearer')) : '';
});

afterAll(() => following.stop());

function fieldsOf(id: number): Fields {
  const camera = following.upstream.cameras.get(id);
  if (!camera) throw new Error(`there is no camera ${id}`);
  const { mtx_path, is_enabled, is_persistent } = camera;
  return { mtx_path, is_enabled, is_persistent };
}

/** No two cameras have the same path. */
const own = (id: number, fields: Partial<Fields>): Partial<Fields> =>
  fields.mtx_path ? { ...fields, mtx_path: `${fields.mtx_path}${id}` } : fields;

async function update(id: number, payload: object): Promise<void> {
  const request = { command: 'update', module: 'cameras', entity: String(id), payload, token } as const;
  expect(await requestOverHttp(following.service.httpUrl, request)).toEqual({ ok: true, value: undefined });
}

/** NestMTX ends `is_persistent` by itself where somebody disables the camera. */
function isExplained(
  key: (typeof KEYS)[number],
  before: Fields,
  after: Fields,
  here: readonly Partial<Fields>[],
): boolean {
  if (after[key] === before[key] || here.some((fields) => fields[key] === after[key])) return true;
  return key === 'is_persistent' && !after.is_persistent && here.some((fields) => fields.is_enabled === false);
}

describe('changes of one camera', () => {
  it('leave alone what they do not name', async () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(steps, async (done: readonly Step[]) => {
        lastId += 1;
        const id = lastId;
        following.upstream.setCamera({ id, mtx_path: `first${id}` });
        for (const { there, isRead, here } of done) {
          following.upstream.setCamera({ id, ...fieldsOf(id), ...own(id, there) });
          const before = fieldsOf(id);
          if (isRead) await following.pass(60_000);
          const changes = here.map((fields) => own(id, fields));
          await Promise.all(changes.map((fields) => update(id, fields)));
          const after = fieldsOf(id);
          for (const key of KEYS) expect(isExplained(key, before, after, changes), key).toBe(true);
          if (changes.some((fields) => Object.keys(fields).length > 0)) {
            await eventually(() => following.states().get(id)?.['path'] === after.mtx_path, 'the state follows');
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('that come at the same moment are all done', async () => {
    lastId += 1;
    const id = lastId;
    following.upstream.setCamera({ id, mtx_path: `first${id}`, is_enabled: true });
    await Promise.all([{ mtx_path: `second${id}` }, { is_persistent: true }].map((fields) => update(id, fields)));
    expect(fieldsOf(id)).toEqual({ mtx_path: `second${id}`, is_enabled: true, is_persistent: true });
  });
});
