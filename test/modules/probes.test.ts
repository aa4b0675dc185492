/** Pins how an address is tried before there is a camera: by whom, how often, and what is said of it. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/cameras/facts.ts';
import { probesModule } from '../../src/modules/watching/probes.ts';
import { type ModuleApi, moduleApi } from '../support/api/modules.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const URL = 'rtsp://viewer:s3cret@192.0.2.7/stream1';
let clock: ManualClock;
let api: ModuleApi;
let finding: Promise<Finding> | undefined;
let brokers: object[];
let known: string[][];
let looked: (string | undefined)[][];

beforeEach(() => {
  clock = manualClock();
  finding = Promise.resolve('wrong-path');
  looked = [];
  const look = (...asked: (string | undefined)[]) => {
    looked.push(asked);
    return finding;
  };
  const lookAtBroker = (broker: object) => {
    brokers.push(broker);
    return finding && Promise.resolve('unauthorised' as const);
  };
  brokers = [];
  known = [];
  const lookAtKnown = (...asked: string[]) => {
    known.push(asked);
    return finding;
  };
  api = moduleApi(probesModule({ look, lookAtBroker, lookAtKnown, clock }));
});

const request = (payload: object, token = 'admin') =>
  ({ command: 'create', module: 'probes', payload: { ...payload }, token }) as const;
const code = async (payload: object, token?: string) => (await api.error(request(payload, token))).code;

describe('the trial of an address', () => {
  it('says what was found, in a word and in words, and not what was asked', async () => {
    const answer = await api.value(request({ url: URL, fingerprint: 'AB'.repeat(32) }));
    expect(answer).toEqual({ finding: 'wrong-path', message: 'the camera is there, and has no such stream' });
    expect(looked).toEqual([[URL, 'ab'.repeat(32)]]);
  });

  it('is for administrators, and for nothing but RTSP', async () => {
    expect(await code({ url: URL }, 'user')).toBe('forbidden');
    for (const url of ['http://192.0.2.7/', 'rtsp:///x', 'rtsp://192.0.2.7:0/', 'file:///etc/passwd', '192.0.2.7']) {
      expect(await code({ url })).toBe('invalid_url');
    }
    expect(looked).toEqual([]);
    finding = undefined;
    expect(await code({ url: 'rtsp://169.254.169.254/' })).toBe('invalid_url');
  });

  it('of a broker goes with its login, and by the same rules', async () => {
    const asked = { url: 'mqtts://[2001:db8::7]', username: 'anna', password: 's3cret' };
    expect(await api.value(request(asked))).toEqual({
      finding: 'unauthorised',
      message: 'the broker is there, and does not take this name and password',
    });
    await api.value(request({ url: 'mqtt://broker.example:1884', username: null }));
    expect(brokers).toEqual([
      { protocol: 'mqtts', host: '2001:db8::7', port: 8883, username: 'anna', password: 's3cret' },
      { protocol: 'mqtt', host: 'broker.example', port: 1884, username: undefined, password: undefined },
    ]);
    expect(await code(asked, 'user')).toBe('forbidden');
  });

  it('of what MediaMTX or go2rtc has goes by its name, and says so where nobody can tell', async () => {
    expect(await api.value(request({ mtx_path: 'live/door' }))).toMatchObject({ finding: 'wrong-path' });
    await api.value(request({ stream: 'door' }));
    expect(known).toEqual([
      ['path', 'live/door'],
      ['stream', 'door'],
    ]);
    finding = undefined;
    expect(await code({ stream: 'door' })).toBe('unavailable');
    expect(await code({})).toBe('invalid_payload');
  });

  it('is made twenty times at once by an account, and then once in two seconds', async () => {
    for (let count = 0; count < 20; count += 1) await api.value(request({ url: URL }));
    expect(await code({ url: URL })).toBe('too_many_requests');
    clock.advance(2000);
    await api.value(request({ url: URL }));
    expect(await code({ url: URL })).toBe('too_many_requests');
  });

  it('is not made a third time while two are under way', async () => {
    let end: (found: Finding) => void = () => {};
    finding = new Promise((resolve) => {
      end = resolve;
    });
    const two = [api.value(request({ url: URL })), api.value(request({ url: URL }))];
    expect(await code({ url: URL })).toBe('too_many_requests');
    end('up');
    expect(await Promise.all(two)).toMatchObject([{ finding: 'up' }, { finding: 'up' }]);
    await api.value(request({ url: URL }));
  });
});
