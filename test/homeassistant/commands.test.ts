/** Pins what switches and buttons may do: nothing but what they are for, never twice, and by the rules of the API. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/requests/registry.ts';
import { listenToCommands } from '../../src/homeassistant/commands.ts';
import type { Answer } from '../../src/homeassistant/devices/answer.ts';
import type { Wish } from '../../src/homeassistant/execute.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { homeAssistantTopics } from '../../src/protocol/home-assistant-topics.ts';
import { recordingLink } from '../support/brokers/recording-link.ts';
import { recordingLog } from '../support/recording-log.ts';

const own = homeAssistantTopics('n');
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a command', () => {
  let link: ReturnType<typeof recordingLink>;
  let log: ReturnType<typeof recordingLog>;
  let wishes: Wish[];
  let calls: string[];
  let answers: Answer[];
  let outcome: Outcome;
  let gate: Promise<void>;
  let close: () => Promise<void>;

  const listen = (canRestart: boolean) => {
    link = recordingLink();
    log = recordingLog();
    wishes = [];
    calls = [];
    answers = [];
    outcome = { ok: true, value: undefined };
    gate = Promise.resolve();
    ({ close } = listenToCommands({
      link,
      own,
      log,
      execute: async (wish) => {
        wishes.push(wish);
        await gate;
        return outcome;
      },
      rotate: async (id) => void calls.push(`rotate ${id}`),
      announceAll: () => void calls.push('announce all'),
      operation: {
        restart: canRestart ? async () => void calls.push('restart') : undefined,
        logLevel: { current: () => 'info', set: (level) => void calls.push(`log level ${level}`) },
      },
      clock: { now: () => 0 },
      answered: ({ target, id }, answer) => {
        answers.push(answer);
        calls.push(id === null ? `answer ${target}` : `answer ${target} ${id}`);
      },
    }));
  };

  beforeEach(() => listen(true));

  async function say(topic: string, payload: string, flags = {}): Promise<void> {
    link.say(topic, payload, flags);
    await settle();
  }

  it.each([
    ['n/command/camera/3/enabled', 'ON', { is_enabled: true }],
    ['n/command/camera/3/enabled', 'OFF', { is_enabled: false }],
    ['n/command/camera/3/persistent', 'ON', { is_persistent: true }],
    ['n/command/camera/3/restart', 'PRESS', { action: 'restart' }],
    ['n/command/camera/3/probe', 'PRESS', { action: 'probe' }],
    ['n/command/camera/3/snapshot', 'PRESS', { action: 'snapshot' }],
  ])('on %s with %s is a request', async (topic, text, payload) => {
    await say(topic, text);
    expect(wishes).toEqual([{ module: 'cameras', command: 'update', entity: '3', payload }]);
    expect(calls).toEqual(['answer camera 3']);
    expect(log.visible()).toEqual(['info: a command of Home Assistant was carried out']);
  });

  it('to rediscover looks for cameras and announces everything', async () => {
    await say('n/command/bridge/rediscover', 'PRESS');
    expect(wishes).toEqual([{ module: 'cronjobs', command: 'update', entity: 'SyncCloudCamerasJob', payload: {} }]);
    expect(calls).toEqual(['announce all', 'answer bridge']);
  });

  it('to restart and for another log level is for whoever runs the service', async () => {
    await say('n/command/bridge/restart', 'PRESS');
    await say('n/command/bridge/log_level', 'debug');
    expect(calls).toEqual(['restart', 'answer bridge', 'log level debug', 'answer bridge']);
    expect(wishes).toEqual([]);
  });

  it('to restart is refused where nobody would start the service again', async () => {
    listen(false);
    await say('n/command/bridge/restart', 'PRESS');
    expect(answers).toMatchObject([{ action: 'restart', refusal: 'Nobody here would start the service again' }]);
  });

  it('to rotate a password concerns one instance', async () => {
    await say('n/command/instance/abc/rotate', 'PRESS');
    expect(calls).toEqual(['rotate abc', 'answer instance abc']);
  });

  it.each([
    ['n/command/camera/3/enabled', 'on'],
    ['n/command/camera/3/enabled', 'PRESS'],
    ['n/command/camera/3/enabled', 'toString'],
    ['n/command/camera/3/restart', 'ON'],
    ['n/command/camera/3/restart', `PRESS${' '.repeat(100_000)}`],
    ['n/command/camera/3/delete', 'PRESS'],
    ['n/command/camera/3/restart/now', 'PRESS'],
    ['n/command/camera//restart', 'PRESS'],
    ['n/command/instance/abc/disconnect', 'PRESS'],
    ['n/command/bridge/reconnect', 'PRESS'],
    ['n/command/bridge/log_level', 'PRESS'],
    ['n/command/bridge/log_level', 'fatal'],
    ['n/command/bridge/restart', 'info'],
    ['n/command/house/3/restart', 'PRESS'],
    ['n/command', 'PRESS'],
  ])('on %s with %.10s is ignored and told', async (topic, text) => {
    await say(topic, text);
    expect([...wishes, ...calls]).toEqual([]);
    expect(log.visible()).toEqual(['warn: a command for Home Assistant was ignored']);
  });

  it('that is retained is ignored: it is old, and would come again', async () => {
    await say('n/command/camera/3/restart', 'PRESS', { retained: true });
    expect(wishes).toEqual([]);
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { reason: 'it is retained' } }]);
  });

  it('that is refused is told with its reason where it was used, and is no error in the log', async () => {
    const error = new ApiError('mtx_path_required');
    outcome = { ok: false, error, body: { error: { message: '', code: error.code, details: [], context: {} } } };
    await say('n/command/camera/3/enabled', 'ON');
    expect(calls).toEqual(['answer camera 3']);
    const refusal = 'Give the camera an mtx_path before you enable it.';
    expect(answers).toEqual([{ action: 'enabled', refusal, at: '1970-01-01T00:00:00.000Z' }]);
    expect(log.lines).toMatchObject([
      {
        level: 'info',
        fields: { reason: 'Give the camera an mtx_path before you enable it.', topic: 'n/command/camera/3/enabled' },
      },
    ]);
  });

  it('waits for the one before it, and a few wait at most', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    for (const text of ['ON', 'OFF', 'ON', 'OFF', 'ON', 'OFF']) link.say('n/command/camera/3/enabled', text);
    link.say('n/command/camera/4/enabled', 'ON');
    await settle();
    expect(wishes.map(({ entity }) => entity)).toEqual(['3', '4']);
    open();
    await settle();
    expect(wishes.filter(({ entity }) => entity === '3').map(({ payload }) => payload)).toEqual(
      [true, false, true, false].map((is_enabled) => ({ is_enabled })),
    );
    expect(log.visible().filter((line) => line.startsWith('warn'))).toHaveLength(2);
  });

  it('that is under way ends before the service does, and none begins after', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    link.say('n/command/camera/3/enabled', 'ON');
    await settle();
    const closed = close();
    link.say('n/command/camera/3/enabled', 'OFF');
    open();
    await closed;
    expect(wishes).toHaveLength(1);
    expect(calls).toEqual(['answer camera 3']);
  });
});

describe('the topic of a command', () => {
  it('is read back as what it was made from', () => {
    for (const command of [
      { target: 'camera', id: '3', action: 'probe' },
      { target: 'instance', id: 'abc', action: 'rotate' },
      { target: 'bridge', id: null, action: 'rediscover' },
    ] as const) {
      expect(own.parse(own.command(command))).toEqual(command);
    }
    expect(own.parse('other/command/camera/3/probe')).toBeUndefined();
  });
});
