/** Owns what happens when a switch or a button is used: checks the message, and does it by the rules of the API. Trusts no message. */

import type { Clock, InboundMessage, Log, MqttLink } from '../core/ports.ts';
import { redactText } from '../core/redaction.ts';
import { createTurns } from '../core/timing/in-turn.ts';
import { isoZulu } from '../core/wire-time.ts';
import { ApiError } from '../protocol/api-error.ts';
import { ERRORS } from '../protocol/errors.ts';
import type { HomeAssistantTopics, HomeCommand } from '../protocol/home-assistant-topics.ts';
import type { Answer } from './devices/answer.ts';
import { isLogLevel } from './devices/log-levels.ts';
import type { Execute, Wish } from './execute.ts';
import type { Operation } from './operation.ts';

export interface CommandParts {
  readonly link: Pick<MqttLink, 'listen'>;
  readonly own: HomeAssistantTopics;
  readonly execute: Execute;
  /** Rejects with words for a person where it cannot be done. */
  readonly rotate: (instanceId: string) => Promise<void>;
  readonly announceAll: () => void;
  readonly operation: Operation;
  /** Told of every command that was tried. */
  readonly answered: (command: HomeCommand, answer: Answer) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

type CameraCommand = Extract<HomeCommand, { target: 'camera' }>;
type BridgeAction = Extract<HomeCommand, { target: 'bridge' }>['action'];

const SWITCHES = { ON: true, OFF: false } as const;
const PRESS = 'PRESS';
const LONGEST = 5;
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
    let refusal: string | undefined;
    try {
      await act(parts, command, text);
      log.info({ audit: 'homeassistant.command', topic, text }, 'a command of Home Assistant was carried out');
    } catch (error) {
      refusal = wordsOf(error);
      log.info({ topic, text, reason: refusal }, 'a command of Home Assistant was refused');
    }
    parts.answered(command, { action: command.action, refusal, at: isoZulu(parts.clock.now()) });
  }

  link.listen(own.commands, receive);
  return {
    async close() {
      isClosed = true;
      await Promise.all(running);
    },
  };
}

/** Some errors have a key for their words, which says nothing to a person; then what to do about it does. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return redactText(String(error));
  const isKey = error instanceof ApiError && error.message.startsWith('errors.');
  return isKey ? ERRORS[error.code].cure : redactText(error.message);
}

function keyOf({ target, id }: HomeCommand): string {
  return `${target}/${id}`;
}

function isMeant({ action }: HomeCommand, text: string): boolean {
  if (action === 'log_level') return isLogLevel(text);
  return action === 'enabled' || action === 'persistent' ? Object.hasOwn(SWITCHES, text) : text === PRESS;
}

async function act(parts: CommandParts, command: HomeCommand, text: string): Promise<void> {
  if (command.target === 'instance') return parts.rotate(command.id);
  if (command.target === 'bridge') return operate(parts, command.action, text);
  const outcome = await parts.execute(wishOf(command, text === 'ON'));
  if (!outcome.ok) throw outcome.error;
}

async function operate(
  { execute, announceAll, operation }: CommandParts,
  action: BridgeAction,
  text: string,
): Promise<void> {
  if (action === 'log_level' && isLogLevel(text)) return operation.logLevel.set(text);
  if (action === 'restart') {
    if (!operation.restart) throw new ApiError('unavailable', { message: 'Nobody here would start the service again' });
    return operation.restart();
  }
  // Upstream calls a look for new cameras so, too.
  const job = { module: 'cronjobs', entity: 'SyncCloudCamerasJob' };
  const outcome = await execute({ ...job, command: 'update', payload: {} });
  announceAll();
  if (!outcome.ok) throw outcome.error;
}

function wishOf({ id: entity, action }: CameraCommand, isOn: boolean): Wish {
  const payload =
    action === 'enabled' ? { is_enabled: isOn } : action === 'persistent' ? { is_persistent: isOn } : { action };
  return { module: 'cameras', command: 'update', entity, payload };
}
