/** Owns what happens when a switch or a button is used: checks the message, and does it by the rules of the API. Trusts no message. */

import type { InboundMessage, Log, MqttLink } from '../core/ports.ts';
import { createTurns } from '../core/timing/in-turn.ts';
import type { HomeAssistantTopics, HomeCommand } from '../protocol/home-assistant-topics.ts';
import type { Execute, Wish } from './execute.ts';

export interface CommandParts {
  readonly link: Pick<MqttLink, 'listen'>;
  readonly own: HomeAssistantTopics;
  readonly execute: Execute;
  /** Rejects with words for a person where it cannot be done. */
  readonly rotate: (instanceId: string) => Promise<void>;
  readonly announceAll: () => void;
  /** Says again what a switch really is: whoever used it may show what it asked for. */
  readonly showCamera: (cameraId: string) => void;
  readonly log: Log;
}

const SWITCHES = { ON: true, OFF: false } as const;
const PRESS = 'PRESS';
const LONGEST = PRESS.length;
/** Somebody leans on a button. */
const MAX_WAITING = 4;

export function listenToCommands(parts: CommandParts): { close(): Promise<void> } {
  const { link, own, log } = parts;
  const inTurn = createTurns();
  const waiting = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let isClosed = false;

  function receive(message: InboundMessage): void {
    const { topic, payload } = message;
    if (isClosed || payload.length === 0) return;
    const command = own.parse(topic);
    const text = payload.length > LONGEST ? '' : Buffer.from(payload).toString();
    const fault = faultOf(message, command, text);
    if (fault === undefined && command) begin(topic, command, text);
    else log.warn({ topic, reason: fault }, 'a command for Home Assistant was ignored');
  }

  function faultOf({ retained }: InboundMessage, command: HomeCommand | undefined, text: string): string | undefined {
    // What the broker remembers was asked for long ago, and would be done again at each connection.
    if (retained) return 'it is retained';
    if (!command) return 'there is no such command';
    if (!isMeant(command, text)) return 'the message is none that belongs there';
    return (waiting.get(keyOf(command)) ?? 0) < MAX_WAITING ? undefined : 'those before it are not done yet';
  }

  function begin(topic: string, command: HomeCommand, text: string): void {
    const key = keyOf(command);
    waiting.set(key, (waiting.get(key) ?? 0) + 1);
    const done = inTurn(key, () => carryOut(topic, command, text)).finally(() => {
      const left = (waiting.get(key) ?? 1) - 1;
      if (left > 0) waiting.set(key, left);
      else waiting.delete(key);
      running.delete(done);
    });
    running.add(done);
  }

  /** Never rejects. */
  async function carryOut(topic: string, command: HomeCommand, text: string): Promise<void> {
    try {
      await act(parts, command, text);
      log.info({ audit: 'homeassistant.command', topic, text }, 'a command of Home Assistant was carried out');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ topic, text, reason }, 'a command of Home Assistant could not be carried out');
    }
    if (command.target === 'camera') parts.showCamera(command.id);
  }

  link.listen(own.commands, receive);
  return {
    async close() {
      isClosed = true;
      await Promise.all(running);
    },
  };
}

function keyOf({ target, id }: HomeCommand): string {
  return `${target}/${id}`;
}

function isMeant({ action }: HomeCommand, text: string): boolean {
  return action === 'enabled' || action === 'persistent' ? Object.hasOwn(SWITCHES, text) : text === PRESS;
}

async function act({ execute, rotate, announceAll }: CommandParts, command: HomeCommand, text: string): Promise<void> {
  if (command.target === 'instance') {
    await rotate(command.id);
    return;
  }
  const outcome = await execute(wishOf(command, text === 'ON'));
  if (command.target === 'bridge') announceAll();
  if (!outcome.ok) throw outcome.error;
}

function wishOf(command: Exclude<HomeCommand, { target: 'instance' }>, isOn: boolean): Wish {
  // A look for new cameras; upstream calls it so too.
  if (command.target === 'bridge')
    return { module: 'cronjobs', command: 'update', entity: 'SyncCloudCamerasJob', payload: {} };
  const { id: entity, action } = command;
  const payload =
    action === 'enabled' ? { is_enabled: isOn } : action === 'persistent' ? { is_persistent: isOn } : { action };
  return { module: 'cameras', command: 'update', entity, payload };
}
