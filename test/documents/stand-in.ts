/** Owns a small service for the operations that need what a plain one lacks: a Google that grants, a process to act on, a camera that films, a client and a plan. */

import { createOperations } from '../../src/core/operations/operations.ts';
import { createProcesses } from '../../src/core/processes.ts';
import { credentialsModule } from '../../src/modules/credentials.ts';
import { htopModule } from '../../src/modules/htop.ts';
import { clientsModule } from '../../src/modules/system/clients.ts';
import { importsModule } from '../../src/modules/system/imports.ts';
import { operationsModule } from '../../src/modules/system/operations.ts';
import { snapshotsModule } from '../../src/modules/watching/snapshots.ts';
import { streamsModule } from '../../src/modules/watching/streams.ts';
import { createHost } from '../../src/system/host.ts';
import { createHttp } from '../../src/transports/http/http.ts';
import { answer, createdCredentials } from '../modules/credentials-setting.ts';
import { moduleApi } from '../support/api/modules.ts';
import { recordingLog } from '../support/recording-log.ts';
import { systemClock } from '../support/system-clock.ts';

export type StandIn = Awaited<ReturnType<typeof startStandIn>>;

/** The token `admin` is an administrator's. */
export async function startStandIn() {
  const credentials = await createdCredentials();
  const processes = createProcesses(createHost(), () => []);
  const done = () => undefined;
  const take = async () => Buffer.of(0xff, 0xd8, 0xff, 0xd9);
  const last = { get: () => undefined, values: () => [] };
  const operations = createOperations({
    clock: systemClock,
    log: recordingLog(),
    // The id of the examples.
    secrets: { newUuid: () => '0b9e3b4e-7d51-4b0e-8a55-6f1d2c3b4a59' },
  });
  processes.add({
    name: 'mediamtx',
    figures: () => ({ pid: null, cpu: null, memory: null, uptime: null }),
    actions: { start: done, stop: done, restart: done },
  });
  const api = moduleApi(
    credentialsModule(credentials),
    htopModule(processes),
    streamsModule({
      iceServers: async () => [],
      open: async () => ({ id: 'any', answer: 'v=0' }),
      end: async () => undefined,
    }),
    snapshotsModule({ take, last, store: credentials.store, clock: systemClock }),
    clientsModule({ clients: () => [], client: () => undefined, kick: async () => true }),
    importsModule({ operations, plan: async () => ({ steps: [], moveIn: async () => new Map() }) }),
    operationsModule(operations),
  );
  // A plan is there.
  await api.value({ command: 'create', module: 'imports', payload: { from: 'go2rtc', url: 'http://127.0.0.1' } });
  const registry = { modules: [], execute: api.execute };
  const http = createHttp({ registry, log: recordingLog(), clock: systemClock, corsOrigins: [], status: () => 'ok' });
  const { port } = await http.listen('127.0.0.1', 0);
  return { url: `http://127.0.0.1:${port}`, credentials, stop: () => http.close() };
}

/** Goes to Google's page and agrees: what it answers, as the entity of `credentials.read`. */
export async function consentAnswer({ credentials }: StandIn): Promise<string> {
  return answer(credentials.google.consent(await credentials.link())).entity;
}
