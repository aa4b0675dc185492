/** Pins the topics that exist for Home Assistant: an access list can part them, and each command is read as it was asked for. */

import { describe, expect, it } from 'vitest';
import { type HomeCommand, homeAssistantTopics } from '../../src/protocol/home-assistant-topics.ts';

const topics = homeAssistantTopics('home/n');

it('what entities show is below the base topic', () => {
  expect([topics.bridge, topics.camera('7'), topics.instance('abc')]).toEqual([
    'home/n/homeassistant/bridge',
    'home/n/homeassistant/camera/7',
    'home/n/homeassistant/instance/abc',
  ]);
});

describe('a command', () => {
  it.each<[HomeCommand, string]>([
    [{ target: 'camera', id: '7', action: 'enabled' }, 'camera/7/enabled'],
    [{ target: 'camera', id: '7', action: 'persistent' }, 'camera/7/persistent'],
    [{ target: 'camera', id: '7', action: 'restart' }, 'camera/7/restart'],
    [{ target: 'camera', id: '7', action: 'probe' }, 'camera/7/probe'],
    [{ target: 'camera', id: '7', action: 'snapshot' }, 'camera/7/snapshot'],
    [{ target: 'instance', id: 'abc', action: 'rotate' }, 'instance/abc/rotate'],
    [{ target: 'bridge', id: null, action: 'rediscover' }, 'bridge/rediscover'],
    [{ target: 'bridge', id: null, action: 'restart' }, 'bridge/restart'],
    [{ target: 'bridge', id: null, action: 'log_level' }, 'bridge/log_level'],
  ])('%j has a topic of its own and is read back', (command, topic) => {
    expect(topics.commands).toBe('home/n/command/#');
    expect(topics.command(command)).toBe(`home/n/command/${topic}`);
    expect(topics.parse(`home/n/command/${topic}`)).toEqual(command);
  });

  it.each([
    'home/n/command/camera/7/rotate',
    'home/n/command/camera//restart',
    'home/n/command/camera/7',
    'home/n/command/camera/7/restart/now',
    'home/n/command/instance/abc/restart',
    'home/n/command/instance/abc/rotate/now',
    'home/n/command/other/7/restart',
    'home/n/command/bridge/rotate',
    'home/n/command/bridge/restart/now',
    'home/n/command/bridge',
    'home/n/commands/bridge/restart',
    'n/command/bridge/restart',
    'xxxxx/xxxxxxx/bridge/restart',
  ])('%s is none', (topic) => expect(topics.parse(topic)).toBeUndefined());
});
