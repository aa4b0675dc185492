/** Owns the broker without sockets, clock or chance: clients are bytes in memory, and nothing moves but when a test says so. */

import type { Company } from '../../../src/brokers/embedded/backbone/backbone.ts';
import { createBroker } from '../../../src/brokers/embedded/broker.ts';
import type { Transport } from '../../../src/brokers/embedded/connection/transport.ts';
import { KEEPS_NOTHING } from '../../../src/brokers/embedded/kept/keeper.ts';
import { type LimitChanges, limitsWith } from '../../../src/brokers/embedded/limits.ts';
import { createDecoder } from '../../../src/brokers/embedded/packets/decoder.ts';
import { encode } from '../../../src/brokers/embedded/packets/encode.ts';
import type { BrokerPacket, ClientPacket, Level } from '../../../src/brokers/embedded/packets/packet.ts';
import { NO_OBSERVER } from '../../../src/core/instances/usage/broker-observer.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { type ManualClock, manualClock } from '../manual-clock.ts';
import { recordingLog } from '../recording-log.ts';
import { type MemoryDirectory, tenants } from './directory.ts';

interface MemoryLine {
  sendBytes(bytes: Buffer): void;
  /** The network fails. */
  cut(): void;
  readonly isClosed: boolean;
}

export interface MemoryClient extends MemoryLine {
  /** What the broker has sent and nobody has looked at yet, in its order. */
  take(): BrokerPacket[];
  send(...packets: ClientPacket[]): void;
}

/** What several of them have in common. */
export interface Shared {
  readonly company: Company;
  readonly clock: ManualClock;
  readonly directory: MemoryDirectory;
}

/** @param monotonicMs by which work is measured; absent: none takes any time */
export function memoryBroker(limits: LimitChanges = {}, monotonicMs?: () => number, shared?: Shared) {
  const deferred: (() => void)[] = [];
  const { company, clock, directory } = shared ?? { clock: manualClock(), directory: tenants() };
  const log = recordingLog();
  let ids = 0;
  const broker = createBroker({
    topics: topicsOf('nestmtx'),
    directory,
    log,
    clock,
    observer: NO_OBSERVER,
    limits: limitsWith(limits),
    keeper: company?.keeper ?? KEEPS_NOTHING,
    company,
    newClientId: () => `assigned-${++ids}`,
    monotonicMs: monotonicMs ?? clock.now,
    defer: (callback) => void deferred.push(callback),
  });

  /** One turn of the event loop. @returns whether anything was to be done */
  async function turn(): Promise<boolean> {
    // Logins are promises, even where nothing is waited for.
    await new Promise((resolve) => setImmediate(resolve));
    const due = deferred.splice(0);
    for (const callback of due) callback();
    return due.length > 0;
  }

  /** Everything that was begun is done. */
  async function settle(): Promise<void> {
    let quiet = 0;
    while (quiet < 3) quiet = (await turn()) ? 0 : quiet + 1;
  }

  /** @param hear is given the bytes of the broker as they come */
  function open(hear: (bytes: Buffer) => void): MemoryLine {
    let isClosed = false;
    const close = () => {
      if (isClosed) return;
      isClosed = true;
      connection?.closed();
    };
    const transport: Transport = {
      address: '127.0.0.1',
      certificateName: undefined,
      waitingBytes: 0,
      write(bytes, taken) {
        if (!isClosed) hear(Buffer.from(bytes));
        taken();
      },
      pause: () => undefined,
      resume: () => undefined,
      end: () => void deferred.push(close),
      destroy: close,
    };
    const connection = broker.accept(transport);
    return {
      sendBytes: (bytes) => connection?.receive(bytes),
      cut: close,
      get isClosed() {
        return isClosed;
      },
    };
  }

  function connect(level: Level): MemoryClient {
    const decoder = createDecoder({ from: 'broker', maxPacketBytes: 268_435_460, level });
    const received: BrokerPacket[] = [];
    const line = open((bytes) => {
      decoder.push(bytes);
      for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) received.push(packet);
    });
    return {
      take: () => received.splice(0),
      send: (...packets) => line.sendBytes(Buffer.concat(packets.map((packet) => encode(packet, level)))),
      sendBytes: line.sendBytes,
      cut: line.cut,
      get isClosed() {
        return line.isClosed;
      },
    };
  }

  return { broker, clock, log, directory, turn, settle, open, connect, close: () => broker.close() };
}
