/** Owns the examples of the modules about the service itself. */

import type { Example } from './examples.ts';

const PORT = {
  name: 'PORT',
  yaml: 'http.port',
  description: 'HTTP port; 0 takes any free one.',
  value: 2000,
  isSet: true,
  isSecret: false,
  source: 'nestmtx-bridge.yaml',
  key: 'http.port',
};

/** By `<module>.<command>`. */
export const SYSTEM_EXAMPLES: Readonly<Record<string, Example>> = {
  'service.list': {
    answer: {
      version: '1.0.0',
      mode: 'serve',
      platform: 'linux/x64, node v24.1.0',
      startedAt: '2026-11-21T16:48:30.698Z',
      baseTopic: 'nestmtx',
      httpPort: 2000,
      mqttPort: 1883,
      logLevel: 'info',
      canRestart: true,
    },
  },
  'service.read': {
    entity: 'log',
    answer: { lines: [{ level: 'info', time: '2026-11-21T16:48:30.698Z', version: '1.0.0', msg: 'ready' }] },
  },
  'service.update': { entity: 'log', payload: { level: 'debug' } },
  'settings.list': { answer: { settings: [PORT], unheeded: [] } },
};
