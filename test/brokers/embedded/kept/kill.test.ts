/** Pins that a broker that is killed in a storm has lost nothing of what it acknowledged. `KILLS=50` tries it more often. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endsWithUs } from '../../../support/children.ts';
import { comesTrue } from '../../../support/patience.ts';
import { startProcess } from '../../../support/process.ts';
import { STORM_LOGIN, StormClient } from './storm-client.ts';

const ROUNDS = Number(process.env['KILLS'] ?? 10);
const TOPICS = 10;
const program = fileURLToPath(new URL('storm-broker.js', import.meta.url));
const compiled = fileURLToPath(new URL('../../../../dist/src', import.meta.url));

interface Running {
  readonly port: number;
  kill(): void;
  readonly gone: Promise<unknown>;
}

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'broker-kill-'));
});
afterAll(() => rm(parent, { recursive: true }));

describe.each([
  ['the service', startService],
  ['a broker that makes its journal anew all the time', startBroker],
])('%s that is killed in a storm', (name, start) => {
  it(`loses nothing that it acknowledged, ${ROUNDS} times, and its clients go on where they were`, async () => {
    expect(existsSync(compiled), 'the build that "npm test" makes').toBe(true);
    // Side by side, each with a folder of its own.
    const lanes = ([4, 5] as const).map(async (version) => {
      const dir = join(parent, `${name} ${version}`);
      await mkdir(dir);
      return killAgainAndAgain(() => start(dir), version);
    });
    const acknowledged = (await Promise.all(lanes)).flat();
    expect(Math.min(...acknowledged)).toBeGreaterThan(0);
  });
});

async function startService(dir: string): Promise<Running> {
  const login = { ADMIN_USERNAME: STORM_LOGIN.username, ADMIN_PASSWORD: STORM_LOGIN.password };
  const { mqttPort, kill, exit } = await startProcess(dir, login);
  return { port: mqttPort, kill: () => kill('SIGKILL'), gone: exit };
}

async function startBroker(dir: string): Promise<Running> {
  const broker = endsWithUs(
    spawn(process.execPath, [program, compiled, dir], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const gone = once(broker, 'exit');
  for await (const line of createInterface({ input: broker.stdout })) {
    return { port: Number(line), kill: () => broker.kill('SIGKILL'), gone };
  }
  throw new Error('the broker did not start');
}

/** @returns how many publishes were acknowledged in each round */
async function killAgainAndAgain(start: () => Promise<Running>, version: 4 | 5): Promise<number[]> {
  const clients = new Clients(version);
  const counts: number[] = [];
  for (let round = 0; round < ROUNDS / 2; round += 1) {
    const { port, kill, gone } = await start();
    await clients.check(port, round);
    counts.push(await clients.storm(1 + ((round * 37) % 400), kill));
    await gone;
    await clients.leave();
  }
  return counts;
}

class Clients {
  readonly #sender: StormClient;
  /** There in between only: its queue grows in the storm. */
  readonly #away: StormClient;
  /** There all the time, at QoS 2. */
  readonly #present: StormClient;
  readonly #watcher: StormClient;
  #count = 0;

  constructor(version: 4 | 5) {
    this.#sender = new StormClient('sender', version);
    this.#away = new StormClient('away', version);
    this.#present = new StormClient('present', version);
    this.#watcher = new StormClient('watcher', version);
  }

  /** Everybody comes back, and finds what is theirs. */
  async check(port: number, round: number): Promise<void> {
    const [sender, away, present, watcher] = [this.#sender, this.#away, this.#present, this.#watcher];
    await present.connect(port);
    await away.connect(port);
    await sender.connect(port);
    await watcher.connect(port);
    if (round === 0) {
      await away.subscribe('atleast/+', 1);
      await present.subscribe('exactly/+', 2);
    } else {
      expect([sender, away, present].map(({ isPresent }) => isPresent)).toEqual([true, true, true]);
    }
    this.#count += 1;
    sender.publish('atleast/last', `1 ${this.#count} last`, 1);
    sender.publish('exactly/last', `2 ${this.#count} last`, 2);
    const last = (client: StormClient) => client.received.at(-1)?.endsWith('last');
    await comesTrue(() => expect([last(away), last(present), sender.isIdle]).toEqual([true, true, true]));

    const acknowledged = (qos: number) => sender.acknowledged.filter((text) => text.startsWith(`${qos} `));
    // At QoS 1 some come again; at QoS 2 none does.
    expect([...new Set(away.received)]).toEqual(acknowledged(1));
    expect(present.received).toEqual(acknowledged(2));
    await this.#checkRetained();
    await away.leave();
  }

  async #checkRetained(): Promise<void> {
    const newest = new Map<string, number>();
    for (const text of this.#sender.acknowledged) {
      const [kind = '', count] = text.split(' ');
      if (kind.startsWith('r')) newest.set(kind, Number(count));
    }
    this.#watcher.received.length = 0;
    await this.#watcher.subscribe('retained/+', 0);
    await comesTrue(() => expect(this.#watcher.received).toHaveLength(newest.size));
    expect(new Map(this.#watcher.received.map((text) => [text.split(' ')[0], Number(text.split(' ')[1])]))).toEqual(
      newest,
    );
    await this.#watcher.leave();
  }

  /** @returns how many publishes were acknowledged before `kill` had its effect */
  async storm(acknowledgements: number, kill: () => void): Promise<number> {
    const sender = this.#sender;
    const before = sender.acknowledged.length;
    const killed = new Promise<void>((resolve) => {
      sender.onProgress = () => {
        if (sender.acknowledged.length < before + acknowledgements) return;
        sender.onProgress = () => undefined;
        kill();
        resolve();
      };
    });
    for (let index = 0; index < acknowledgements + 50; index += 1) {
      this.#count += 1;
      if (index % 3 === 0) sender.publish('atleast/a', `1 ${this.#count}`, 1);
      else if (index % 3 === 1) sender.publish('exactly/a', `2 ${this.#count}`, 2);
      else sender.publish(`retained/${this.#count % TOPICS}`, `r${this.#count % TOPICS} ${this.#count}`, 1, true);
    }
    await killed;
    return sender.acknowledged.length - before;
  }

  async leave(): Promise<void> {
    for (const client of [this.#sender, this.#away, this.#present, this.#watcher]) await client.leave();
  }
}
