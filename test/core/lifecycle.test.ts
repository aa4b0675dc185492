/** Pins the order of stopping, and that no listener and no part can hurt another. */

import { describe, expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { createClosers } from '../../src/core/lifecycle.ts';
import { recordingLog } from '../support/recording-log.ts';

describe('stopping', () => {
  it('closes in reverse order, one after another, and a part that fails keeps no other from closing', async () => {
    const log = recordingLog();
    const closers = createClosers(log);
    const closed: string[] = [];
    const close = (name: string) => async () => {
      await Promise.resolve();
      closed.push(name);
    };
    closers.add('store', close('store'));
    closers.add('broker', () => {
      throw new Error('stuck');
    });
    closers.add('http', close('http'));
    await closers.close();
    expect(closed).toEqual(['http', 'store']);
    expect(log.visible()).toEqual(['error: a part did not stop cleanly']);
  });

  it('happens once, however often it is asked for', async () => {
    const closers = createClosers(recordingLog());
    let times = 0;
    closers.add('part', () => {
      times += 1;
    });
    await Promise.all([closers.close(), closers.close()]);
    expect(times).toBe(1);
  });
});

describe('the bus', () => {
  const fact = { cameraId: 1, state: null, deliberate: false };

  it('a listener that throws is logged, and everybody else is told all the same', () => {
    const log = recordingLog();
    const bus = createBus(log);
    const heard: string[] = [];
    bus.on('cameraState', () => {
      throw new Error('bad listener');
    });
    bus.on('cameraState', () => heard.push('second'));
    bus.emit('cameraState', fact);
    expect(heard).toEqual(['second']);
    expect(log.visible()).toEqual(['error: a listener failed']);
  });

  it('a listener that was removed hears nothing more', () => {
    const bus = createBus(recordingLog());
    let times = 0;
    const stop = bus.on('cameraState', () => {
      times += 1;
    });
    bus.emit('cameraState', fact);
    stop();
    bus.emit('cameraState', fact);
    expect(times).toBe(1);
  });
});
