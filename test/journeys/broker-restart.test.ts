/** The service with a broker of its own, stopped and started again: what its clients find, and what becomes of the file that keeps it. */

import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectRaw, type RawMqtt } from '../support/brokers/raw-mqtt.ts';
import { comesTrue } from '../support/patience.ts';
import { temporaryDirectory } from '../support/process.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const AWAY = { clientId: 'away', version: 4, clean: false } as const;
const NOTHING = { isPresent: false, queued: [], retained: [] };

describe('a service with a broker of its own', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let running: Service | undefined;
  let journal: string;

  beforeEach(async () => {
    folder = await temporaryDirectory();
    journal = join(folder.path, 'broker.journal');
    running = undefined;
  });
  afterEach(async () => {
    await running?.stop();
    await folder.remove();
  });

  async function start(env: Record<string, string> = {}): Promise<Service> {
    await running?.stop();
    running = undefined;
    running = await startService({ dataDir: folder.path, env });
    return running;
  }

  /** A client that has subscribed, and one message each that waits for it and that is retained. */
  async function leaveSomething(service: Service): Promise<void> {
    const away = await service.client(AWAY);
    await away.subscribe('home/+');
    await away.end();
    const sender = await service.client();
    await sender.publish('home/queued', 'queued', { qos: 1 });
    await sender.publish('lamp', 'retained', { qos: 1, retain: true });
    await sender.end();
  }

  async function find(service: Service): Promise<{ isPresent: boolean; queued: string[]; retained: string[] }> {
    const back = await raw(service, 'away');
    const { sessionPresent } = await back.next('connack');
    back.send({ cmd: 'pingreq' });
    await back.next('pingresp');
    const queued = back.received.flatMap((packet) => (packet.cmd === 'publish' ? [packet.payload.toString()] : []));
    back.destroy();
    const reader = await service.client();
    await reader.subscribe('lamp');
    await reader.publish('lamp', 'last', { qos: 1 });
    await reader.next(({ text }) => text === 'last');
    await reader.end();
    return { isPresent: sessionPresent, queued, retained: reader.received.slice(0, -1).map(({ text }) => text) };
  }

  function raw({ app }: Service, clientId: string): Promise<RawMqtt> {
    return connectRaw(app.mqttPort, { ...ADMIN, clientId, version: 4, clean: false });
  }

  it('has retained messages, sessions and their queues again', async () => {
    await leaveSomething(await start());
    expect(await find(await start())).toEqual({ isPresent: true, queued: ['queued'], retained: ['retained'] });
  });

  it('with BROKER_PERSISTENCE=off keeps nothing, and leaves alone what was kept before', async () => {
    const off = { BROKER_PERSISTENCE: 'off' };
    await leaveSomething(await start(off));
    expect(await find(await start(off))).toEqual(NOTHING);
    expect(existsSync(journal)).toBe(false);
    await leaveSomething(await start());
    const service = await start(off);
    const left = await readFile(journal);
    expect(await find(service)).toEqual(NOTHING);
    expect(service.log()).toContain(journal);
    await start(off);
    expect((await readFile(journal)).equals(left)).toBe(true);
  });

  it('does not start over a file that is none of its own: names it, and leaves it as it is', async () => {
    await writeFile(journal, 'the diary of somebody else');
    await expect(start()).rejects.toThrow(`mv '${journal}' '${journal}.broken'`);
    expect(await readFile(journal, 'utf8')).toBe('the diary of somebody else');
  });

  it('on a disk that refuses says so, acknowledges nothing that it could not keep, and does when it can', async () => {
    // No file can be made where there is a folder.
    await mkdir(`${journal}.new`);
    const service = await start();
    const away = await service.client(AWAY);
    await away.subscribe('home/+');
    await away.end();
    const sender = await raw(service, 'sender');
    await sender.next('connack');
    const packet = { cmd: 'publish', qos: 1, dup: false, retain: false, payload: 'x' } as const;
    sender.send({ ...packet, topic: 'home/queued', messageId: 1 }, { cmd: 'pingreq' });
    await sender.next('pingresp');
    const health = async () => (await fetch(`${service.httpUrl}/api/health`)).json();
    await comesTrue(async () => {
      expect(await health()).toMatchObject({ healthy: 'degraded', details: { mqtt: { healthy: null } } });
    });
    expect(service.log()).toContain('what must be kept is not acknowledged until it can');
    expect(sender.received.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp']);
    await rmdir(`${journal}.new`);
    expect(await sender.next('puback')).toMatchObject({ messageId: 1 });
    expect(await health()).toMatchObject({ details: { mqtt: { healthy: true } } });
    sender.destroy();
    expect((await find(await start())).queued).toEqual(['x']);
  });
});
