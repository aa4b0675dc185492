/** Owns what is done to a cluster, one fault after another, each until everything goes on in spite of it; and whom it concerns. */

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { comesTrue } from '../../patience.ts';
import type { BridgeProcess, Bridges } from '../bridges.ts';
import type { NatsServer } from '../nats.ts';
import type { Load } from './load.ts';
import type { Failing } from './notice.ts';

export interface Fault {
  readonly failing: Failing;
  /** @returns the bridges whose clients go without */
  happen(): Promise<readonly BridgeProcess[]>;
}

/** Long enough for a lease to go to somebody else. */
const FROZEN_MS = 3000;
const LOST_MS = 3000;

export function faultsOf(bridges: Bridges, load: Load): Readonly<Record<string, Fault>> {
  const { all, nats } = bridges;
  const { goesOn } = load;
  const leader = () => found(all.find((one) => one.leads()));
  const follower = () => found(all.find((one) => !one.leads()));

  const toBridge = (which: () => BridgeProcess, happen: (bridge: BridgeProcess) => Promise<void>): Fault => ({
    failing: 'a bridge',
    async happen() {
      const bridge = which();
      await happen(bridge);
      return [bridge];
    },
  });
  const toServer = (leads: boolean, happen: (server: NatsServer) => Promise<void>): Fault => ({
    failing: 'a NATS server',
    async happen() {
      await happen(await serverOf(bridges, load, leads));
      return [];
    },
  });

  async function killBridge(bridge: BridgeProcess): Promise<void> {
    await bridge.stop('SIGKILL');
    await goesOn();
    await bridge.start();
  }

  async function freezeBridge(bridge: BridgeProcess): Promise<void> {
    bridge.freeze();
    await pause(FROZEN_MS);
    bridge.thaw();
  }

  async function killServer(server: NatsServer): Promise<void> {
    await server.stop('SIGKILL');
    await goesOn();
    await server.start();
    await nats.ready();
  }

  async function freezeServer(server: NatsServer): Promise<void> {
    server.freeze();
    await goesOn();
    server.thaw();
    await nats.ready();
  }

  return {
    'the bridge that leads is killed': toBridge(leader, killBridge),
    'a bridge that does not lead is killed': toBridge(follower, killBridge),
    'the bridge that leads is frozen': toBridge(leader, freezeBridge),
    'a bridge that does not lead is frozen': toBridge(follower, freezeBridge),
    'the NATS server that leads the log is killed': toServer(true, killServer),
    'a NATS server that does not lead the log is killed': toServer(false, killServer),
    'the NATS server that leads the log is frozen': toServer(true, freezeServer),
    'a NATS server that does not lead the log is frozen': toServer(false, freezeServer),
    'the majority is lost': {
      failing: 'the majority of the NATS servers',
      async happen() {
        const [, second, third] = nats.servers;
        await Promise.all([second?.stop('SIGKILL'), third?.stop('SIGKILL')]);
        await pause(LOST_MS);
        await Promise.all([second?.start(), third?.start()]);
        await nats.ready();
        return [];
      },
    },
  };
}

/** The one that leads the log, as the bridges are told, or one that does not. */
export async function serverOf({ nats }: Bridges, { access }: Load, leads: boolean): Promise<NatsServer> {
  let leading: string | undefined;
  await comesTrue(async () => {
    const { servers } = await access.ask(access.any(), { command: 'list', module: 'cluster' });
    leading = servers.find(({ role }: { role: string }) => role === 'leader')?.name;
    expect(leading).toBeDefined();
  });
  return found(nats.servers.find(({ name }) => (name === leading) === leads));
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('there is none');
  return one;
}
