/** Pins long work: how far it is, what came of it, that cancelling reaches it, and that the end of the service waits for it. */

import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOperations, type Operations, type Progress } from '../../../src/core/operations/operations.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { eventually } from '../../support/eventually.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../../support/recording-log.ts';

const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });

let clock: ManualClock;
let log: RecordingLog;
let operations: Operations;
beforeEach(() => {
  clock = manualClock();
  log = recordingLog();
  operations = createOperations({ clock, secrets, log });
});

const ended = (id: string) => eventually(() => operations.read(id).endedAt !== null && operations.read(id), 'its end');
const waiting = ({ signal }: Progress) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('long work', () => {
  it('tells how far it is, and what came of it', async () => {
    let goOn = () => {};
    const { id, state } = operations.start('count', 'anna', async ({ report }) => {
      report(1, 3);
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return { counted: 3 };
    });
    expect(state).toBe('running');
    await eventually(() => operations.read(id).done === 1, 'progress');
    expect(operations.read(id)).toMatchObject({ kind: 'count', by: 'anna', total: 3, endedAt: null, result: null });
    clock.advance(1000);
    goOn();
    expect(await ended(id)).toMatchObject({ state: 'done', result: { counted: 3 }, error: null });
  });

  it('that fails says why; what nobody foresaw is in the log and not in the answer', async () => {
    const refused = operations.start('x', 'anna', async () => {
      throw new ApiError('upstream_failed', { message: 'nobody answers' });
    });
    expect(await ended(refused.id)).toMatchObject({
      state: 'failed',
      error: { code: 'upstream_failed', message: 'nobody answers' },
    });
    const broken = operations.start('x', 'anna', async () => {
      throw new Error('inside');
    });
    expect(JSON.stringify(await ended(broken.id))).not.toContain('inside');
    expect(log.lines).toContainEqual(expect.objectContaining({ message: 'an operation failed' }));
  });

  it('ends when it is cancelled, and is forgotten when that is said once more', async () => {
    const { id } = operations.start('x', 'anna', waiting);
    operations.cancel(id);
    expect(await ended(id)).toMatchObject({ state: 'cancelled', result: null, error: null });
    operations.cancel(id);
    expect(() => operations.read(id)).toThrow('Row not found');
    expect(() => operations.cancel(id)).toThrow('Row not found');
  });

  it('is refused while eight of it are under way', () => {
    for (let one = 0; one < 8; one += 1) operations.start('x', 'anna', waiting);
    expect(() => operations.start('x', 'anna', waiting)).toThrow('Too much is under way');
  });

  it('is remembered 32 times, the latest first', async () => {
    const ids: string[] = [];
    for (let one = 0; one < 33; one += 1) {
      const { id } = operations.start('x', 'anna', async () => one);
      ids.push(id);
      await ended(id);
    }
    expect(operations.list().map(({ id }) => id)).toEqual(ids.slice(1).reverse());
  });

  it('is cancelled and waited for when the service ends', async () => {
    const { id } = operations.start('x', 'anna', waiting);
    await operations.close();
    expect(operations.read(id).state).toBe('cancelled');
  });
});
