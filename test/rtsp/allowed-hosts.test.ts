/** Pins which hosts are looked at because somebody names them, and which are not, by whatever name. */

import { describe, expect, it } from 'vitest';
import { allowedLookup, isAllowedHost } from '../../src/rtsp/allowed-hosts.ts';
import { probe } from '../../src/rtsp/probe.ts';
import { startRtspStandIn } from '../support/cameras/rtsp-stand-in.ts';
import { manualClock } from '../support/manual-clock.ts';

const hostOf = (host: string) => new URL(`rtsp://${host}/`).hostname;

describe('the trial of an address', () => {
  it.each(['192.168.1.20', '10.0.0.5', '127.0.0.1', 'camera.local', '[fd12:3456::7]', '[2001:db8::1]', '[::1]'])(
    'may lead to %s',
    (host) => {
      expect(isAllowedHost(hostOf(host))).toBe(true);
    },
  );

  it.each([
    ...['169.254.169.254', '0.0.0.0', '224.0.0.1', '239.255.255.250', '255.255.255.255', '[::]', '[fe80::1]'],
    ...['[ff02::1]', '[fd00:ec2::254]', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]'],
  ])('does not lead to %s', (host) => {
    expect(isAllowedHost(hostOf(host))).toBe(false);
  });

  it('goes by a name to where it may, and is told of a name that leads elsewhere as of one that nobody has', async () => {
    const camera = await startRtspStandIn((request) =>
      request.startsWith('DESCRIBE')
        ? 'RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\n'
        : 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n',
    );
    const how = { clock: manualClock(), stopped: new AbortController().signal, lookup: allowedLookup };
    expect(await probe(`rtsp://localhost:${camera.port}/`, how)).toBe('wrong-path');
    const ask = (address: string) =>
      new Promise((resolve) => allowedLookup(address, { all: true }, (error, found) => resolve(error?.code ?? found)));
    // An address stands for a name that leads there: the system answers with it.
    expect(await ask('169.254.169.254')).toBe('ENOTFOUND');
    expect(await ask('127.0.0.1')).toEqual([{ address: '127.0.0.1', family: 4 }]);
    await camera.close();
  });
});
