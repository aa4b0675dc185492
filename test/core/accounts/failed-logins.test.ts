import { describe, expect, it } from 'vitest';
import { createFailedLogins } from '../../../src/core/accounts/failed-logins.ts';
import type { ToldEvent } from '../../../src/core/bus.ts';
import { createBus } from '../../../src/core/bus.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { eventually } from '../../support/eventually.ts';
import { fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { newWorld } from '../../support/instances/world.ts';
import { recordingLog } from '../../support/recording-log.ts';

async function setting() {
  const { store, clock } = await newWorld(fakeProvisioner());
  const log = recordingLog();
  const bus = createBus(log);
  const told: ToldEvent[] = [];
  bus.on('event', (event) => told.push(event));
  const failed = createFailedLogins({ store, bus, clock, log });
  const note = (times: number, username: string, address = '192.0.2.44') => {
    for (let i = 0; i < times; i += 1) failed.note({ username, address });
  };
  return { store, clock, log, told, failed, note };
}

describe('logins that fail', () => {
  it('are told at the fifth, once in ten minutes, with where the last one came from', async () => {
    const { clock, log, told, note } = await setting();
    note(4, 'anna');
    expect(log.lines).toEqual([]);
    note(3000, 'anna');
    await eventually(() => told.length === 1);
    expect(told).toMatchObject([
      { domain: 'logins', event: 'failed', entity: null, details: { attempts: 5, network: '192.0.2.44' } },
    ]);
    clock.advance(10 * 60_000);
    note(5, 'anna', '2001:db8:1:2:3::4');
    await eventually(() => told.length === 2);
    expect(told[1]?.details).toEqual({ attempts: 5, network: '2001:db8:1:2::/64' });
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  it('are told also where that cannot be kept at once, as while NATS chooses a leader', async () => {
    const { store, told, note } = await setting();
    store.commit = () => Promise.reject(new ApiError('unavailable'));
    note(5, 'anna');
    await eventually(() => told.length === 1);
    expect(told).toEqual([expect.objectContaining({ domain: 'logins', event: 'failed' })]);
    // Whoever publishes events keeps it, as soon as that can be.
    expect(told[0]).not.toHaveProperty('keptAs');
  });

  it('are kept by name and network, the latest first; a name that nobody has is not: it may be a password', async () => {
    const { failed, note } = await setting();
    note(2, 'anna');
    note(1, 'my secret password');
    note(1, 'anna');
    expect(failed.recent()).toMatchObject([
      { username: 'anna', network: '192.0.2.44', times: 3 },
      { username: null, network: '192.0.2.44', times: 1 },
    ]);
    expect(failed.count).toBe(4);
  });

  it('from ever new addresses fill no memory', async () => {
    const { failed } = await setting();
    for (let i = 0; i < 1000; i += 1) failed.note({ username: 'anna', address: `10.0.${i >> 8}.${i & 255}` });
    expect(failed.recent()).toHaveLength(100);
    expect(failed.recent()[0]?.network).toBe('10.0.3.231');
  });
});
