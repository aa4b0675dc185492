/** Owns the figures of those who stand in the door: wrong logins, sockets that say nothing, an owner with all its connections; and who still comes in (I-25, I-26). */

import { connect, type Socket } from 'node:net';
import { type Figure, figure, median } from './figure.ts';
import { BENCH_LOGIN } from './stage/child.ts';
import { type InstanceService, type Rented, startInstanceService } from './stage/instance-service.ts';
import { connectRaw, knock, type RawClient } from './stage/raw-client.ts';

const GUESSES = 2000;
const SILENT = 5100;
const LOGINS = 10;
/** Of this machine, as the others see it. */
const ELSEWHERE = '127.0.0.2';
const WRONG_PASSWORD = 4;

export async function* benchDoors(): AsyncIterable<Figure> {
  const service = await startInstanceService(0);
  try {
    yield* guesses(service);
    yield* silence(service);
    yield* fullHouse(service, [await service.create(), await service.create()]);
  } finally {
    await service.stop();
  }
}

async function* guesses({ mqttPort }: InstanceService): AsyncIterable<Figure> {
  const quietMs = await loginMs(mqttPort);
  const wrong = Array.from({ length: GUESSES }, (_, index) => knock(mqttPort, BENCH_LOGIN.username, `${index}`));
  const underMs = await loginMs(mqttPort);
  const codes = await Promise.all(wrong);
  const verified = codes.filter((code) => code === WRONG_PASSWORD).length;
  const name = `${GUESSES} wrong logins at once from one address`;
  yield figure(`${name}: verified`, 'logins', verified, 10, 'the limit of a name and its network', 'at most 10');
  yield figure(`${name}: the right login from elsewhere`, 'ms', underMs, quietMs, 'quiet', 'ratio <= 3');
}

async function* silence({ mqttPort }: InstanceService): AsyncIterable<Figure> {
  const quietMs = await loginMs(mqttPort);
  const sockets: Socket[] = [];
  for (let index = 0; index < SILENT; index += 1) sockets.push(await opened(mqttPort));
  const underMs = await loginMs(mqttPort);
  for (const socket of sockets) socket.destroy();
  yield figure(`${SILENT} silent sockets: a login from elsewhere`, 'ms', underMs, quietMs, 'quiet', 'comes in');
}

async function* fullHouse({ mqttPort }: InstanceService, instances: readonly Rented[]): AsyncIterable<Figure> {
  const quietMs = await loginMs(mqttPort);
  const clients: RawClient[] = [];
  for (const { user, password } of instances) {
    for (;;) {
      const client = await connectRaw(mqttPort, user, password).catch(() => undefined);
      if (client === undefined) break;
      clients.push(client);
    }
  }
  const underMs = await loginMs(mqttPort);
  for (const client of clients) client.close();
  yield figure('all connections of one owner', 'connections', clients.length, 5000, 'all that there are', 'a share');
  yield figure('beside them: another login', 'ms', underMs, quietMs, 'quiet', 'comes in');
}

/** Of the right login from elsewhere. */
async function loginMs(port: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < LOGINS; index += 1) {
    const beganAt = performance.now();
    const client = await connectRaw(port, BENCH_LOGIN.username, BENCH_LOGIN.password, ELSEWHERE);
    times.push(performance.now() - beganAt);
    client.close();
  }
  return median(times);
}

/** Or closed at once: both are an answer. */
function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => socket.destroy());
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}
