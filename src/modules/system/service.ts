/** Owns the `service` module, ours: what runs here, its latest log lines and their level, and starting it again. */

import type { Call, Module } from '../../core/requests/registry.ts';
import { ApiError } from '../../protocol/api-error.ts';
import {
  LOG_LINES,
  type LogLevel,
  type LogLines,
  SERVICE,
  SERVICE_UPDATE,
  type Service,
  type ServiceUpdate,
} from '../../protocol/entities/system/service.ts';
import { isObject } from '../../protocol/envelope.ts';
import { missing } from '../../protocol/violation.ts';

export interface ServicePorts {
  /** What is told of it but for what changes meanwhile. */
  readonly about: () => Omit<Service, 'logLevel' | 'canRestart'>;
  readonly log: {
    /** JSON without secrets, the oldest first. */
    recent(): readonly string[];
    readonly level: string;
    setLevel(level: LogLevel): void;
  };
  /** Resolves when it has begun; absent where nobody would start it again. */
  readonly restart: (() => Promise<void>) | undefined;
}

export function serviceModule({ about, log, restart }: ServicePorts): Module {
  function read({ entity }: Call): LogLines {
    if (entity !== 'log') throw new ApiError('not_found');
    return { lines: log.recent().map(lineOf) };
  }

  async function update({ entity, payload }: Call): Promise<void> {
    const { level, action } = payload as ServiceUpdate;
    if (entity === 'log') return log.setLevel(given('level', level));
    if (entity !== 'process') throw new ApiError('not_found');
    given('action', action);
    if (!restart) throw new ApiError('unavailable', { message: 'Nobody here would start the service again' });
    await restart();
  }

  return {
    name: 'service',
    summary: 'What runs here, its log, and starting it again',
    operations: {
      list: {
        summary: 'Tell what runs here',
        result: SERVICE,
        run: (): Service => ({ ...about(), logLevel: log.level, canRestart: restart !== undefined }),
      },
      read: { summary: 'Read the latest lines of the log, with the entity `log`', result: LOG_LINES, run: read },
      update: {
        summary: 'Set the level of the log (entity `log`), or start the service again (entity `process`)',
        schema: SERVICE_UPDATE,
        run: update,
      },
    },
  };
}

function given<Value>(key: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  const violation = missing(['payload', key]);
  throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
}

function lineOf(text: string): LogLines['lines'][number] {
  const line: unknown = JSON.parse(text);
  const { time, level, ...more } = isObject(line) ? line : {};
  return { ...more, time: String(time), level: String(level) };
}
