/** Owns the two kinds of load: one request at a time, and many in flight; both bounded in count. */

import type { RawClient } from './raw-client.ts';

const STALL_MS = 10_000;

/** Round trips one after another, in microseconds. */
export async function oneByOne(client: RawClient, packet: (index: number) => Buffer, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const arrived = new Promise<void>((resolve) => client.onPublish(() => resolve()));
    const start = process.hrtime.bigint();
    client.send(packet(index));
    await arrived;
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return times;
}

/** Answers per second with `inFlight` requests under way. */
export function manyAtOnce(client: RawClient, packet: Buffer, inFlight: number, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('answers are missing')), STALL_MS);
    let sent = 0;
    let answered = 0;
    const start = process.hrtime.bigint();
    client.onPublish(() => {
      answered += 1;
      if (sent < count) {
        sent += 1;
        client.send(packet);
      }
      if (answered < count) return;
      clearTimeout(timer);
      resolve((count / Number(process.hrtime.bigint() - start)) * 1e9);
    });
    for (; sent < inFlight; sent += 1) client.send(packet);
  });
}
