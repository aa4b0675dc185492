/** Pins that facts reach all who listen, in order and at once, and that one who fails hurts neither the sender nor the others. */

import { expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { recordingLog } from '../support/recording-log.ts';

it('each topic has its own listeners, in the order in which they came', () => {
  const bus = createBus(recordingLog());
  const heard: unknown[] = [];
  bus.on('lookWanted', (fact) => heard.push(['first', fact]));
  bus.on('lookWanted', (fact) => heard.push(['second', fact]));
  bus.on('credentialsChanged', (fact) => heard.push(fact));
  bus.on('instanceChanged', (fact) => heard.push(fact));
  const wanted = { cameraId: '7', isReady: true };
  bus.emit('lookWanted', wanted);
  bus.emit('credentialsChanged', { credentialId: '1' });
  bus.emit('instanceChanged', { instanceId: 'a' });
  bus.emit('cameraState', { cameraId: 7, state: null, deliberate: true });
  expect(heard).toEqual([['first', wanted], ['second', wanted], { credentialId: '1' }, { instanceId: 'a' }]);
});

it('who has left hears nothing, and may leave twice', () => {
  const bus = createBus(recordingLog());
  const heard: unknown[] = [];
  const leave = bus.on('instanceChanged', (fact) => heard.push(fact));
  leave();
  leave();
  bus.emit('instanceChanged', { instanceId: 'a' });
  expect(heard).toEqual([]);
});

it('a listener that fails is in the log, and the next one hears all the same', () => {
  const log = recordingLog();
  const bus = createBus(log);
  const heard: unknown[] = [];
  const failure = new Error('no');
  bus.on('instanceChanged', () => {
    throw failure;
  });
  bus.on('instanceChanged', (fact) => heard.push(fact));
  bus.emit('instanceChanged', { instanceId: 'a' });
  expect(heard).toHaveLength(1);
  const fields = { err: failure, topic: 'instanceChanged' };
  expect(log.lines).toEqual([{ level: 'error', message: 'a listener failed', fields }]);
});
