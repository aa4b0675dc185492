/**
 * Owns places that are network namespaces of their own: a cable leads from each to a switch for what the programs say to one another, a second one
 * to another switch for their clients. The first can be pulled, as a cable is, or plugged into a switch apart: silently. Nothing of it is seen in the network of this machine.
 */

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { hasProgram } from '../../programs.ts';
import type { Network, Place } from './network.ts';
import { openRelay } from './relay.ts';

const FOLDER = '/run/netns';
const ENV = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
/** Nobody's addresses but ours: they exist only there. */
const AMONG_THEM = '10.111.1';
const FOR_CLIENTS = '10.111.2';
const ours = `kills-${process.pid}-`;
let made = 0;

const run = promisify(execFile);
const ip = async (...args: string[]) => void (await run('ip', args, { env: ENV }));

/** Whether this machine lets us make them: who is root in a container may not. */
export const permitsNamespaces = hasProgram('ip') && isPermitted();

function isPermitted(): boolean {
  const name = `${ours}trial`;
  try {
    removeLeft();
    ipNow('netns', 'add', name);
    ipNow('-n', name, 'link', 'add', 'switch', 'type', 'bridge');
    ipNow('-n', name, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other');
    return true;
  } catch {
    process.stdout.write('network namespaces are not permitted here: proxies stand for pulled cables\n');
    return false;
  } finally {
    if (existsSync(`${FOLDER}/${name}`)) ipNow('netns', 'delete', name);
  }
}

/** Of runs that are no more, however they ended. */
function removeLeft(): void {
  if (!existsSync(FOLDER)) return;
  for (const name of readdirSync(FOLDER)) {
    const [, pid] = /^kills-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) ipNow('netns', 'delete', name);
  }
}

function ipNow(...args: string[]): void {
  execFileSync('ip', args, { env: ENV, stdio: 'ignore' });
}

export async function namespaces(): Promise<Network> {
  made += 1;
  const network = `${ours}${made}`;
  const names = [network];
  await ip('netns', 'add', network);
  for (const each of ['among', 'apart', 'clients']) {
    await ip('-n', network, 'link', 'add', each, 'type', 'bridge');
    await ip('-n', network, 'link', 'set', each, 'up');
  }
  await ip('-n', network, 'address', 'add', `${FOR_CLIENTS}.254/24`, 'dev', 'clients');
  const relay = await openRelay(inside(network));
  const cables = new Map<Place, string>();
  const plug = (cable: string, into: string) => ip('-n', network, 'link', 'set', cable, 'master', into);

  async function place(): Promise<Place> {
    const number = names.length;
    const name = `${network}-${number}`;
    names.push(name);
    await ip('netns', 'add', name);
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    for (const [to, addresses] of [
      ['among', AMONG_THEM],
      ['clients', FOR_CLIENTS],
    ] as const) {
      const cable = `${to}${number}`;
      await ip('-n', network, 'link', 'add', cable, 'type', 'veth', 'peer', 'name', to, 'netns', name);
      await ip('-n', network, 'link', 'set', cable, 'master', to, 'up');
      await ip('-n', name, 'address', 'add', `${addresses}.${number}/24`, 'dev', to);
      await ip('-n', name, 'link', 'set', to, 'up');
    }
    const made: Place = {
      host: `${AMONG_THEM}.${number}`,
      listen: '0.0.0.0',
      port: async (usual) => usual,
      command: inside(name),
      ways: async (addresses) => addresses,
      portHere: (port) => relay.portTo(`${FOR_CLIENTS}.${number}`, port),
      cutOff: () => ip('-n', network, 'link', 'set', `among${number}`, 'down'),
      reach: () => ip('-n', network, 'link', 'set', `among${number}`, 'up'),
      async ignore(others) {
        for (const { host } of others) await ip('-n', name, 'route', 'add', 'blackhole', host);
      },
    };
    cables.set(made, `among${number}`);
    return made;
  }

  return {
    by: 'network namespaces',
    place,
    async part(places) {
      for (const each of places) await plug(cables.get(each) ?? '', 'apart');
    },
    async mend() {
      for (const cable of cables.values()) await plug(cable, 'among');
    },
    async remove() {
      await relay.close();
      for (const name of names) await ip('netns', 'delete', name);
    },
  };
}

function inside(name: string): Place['command'] {
  return ([program, ...args]) => ['nsenter', `--net=${FOLDER}/${name}`, program, ...args];
}
