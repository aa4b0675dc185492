/** Owns the log: JSON lines, or plain text on a terminal, redacted before anybody sees them. The only file that knows pino. */

import { pino } from 'pino';
import type { Log } from './core/ports.ts';
import { redact, redactText } from './core/redaction.ts';
import { isObject, type JsonObject } from './protocol/envelope.ts';

/** Told to whoever begins to listen, and kept for whoever asks later. */
const TOLD_LINES = 100;
const KEPT_LINES = 500;
const MAX_CAUSES = 4;

export interface LineLog extends Log {
  /**
   * Hands over each line, redacted JSON without its line end, beginning with the last 100. A listener that throws
   * is let go. The result ends it.
   */
  onLine(listener: LineListener): () => void;
  /** The last 500, the oldest first. */
  recent(): readonly string[];
  /** From here on, for children of this log, too. */
  setLevel(level: LogLevel): void;
  /** The least severe level that is told. */
  readonly level: LogLevel;
}

type LogLevel = pino.LevelWithSilent;
type LineListener = (line: string) => void;

interface LogOptions {
  readonly level: LogLevel;
  /** `process.stdout` */
  readonly out: { write(text: string): unknown; readonly isTTY?: boolean | undefined };
}

export function createLog({ level, out }: LogOptions): LineLog {
  const kept: string[] = [];
  const listeners = new Set<LineListener>();
  const logger = pino(
    {
      // What is let through is decided before: children of pino's keep the level they were made with.
      level: 'trace',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: clean },
      // pino would take our plain error fields for an error and name its type Object.
      serializers: { err: (fields: unknown) => fields },
      hooks: {
        logMethod([fields, message], method) {
          method.call(this, fields, redactText(message ?? ''));
        },
      },
    },
    { write },
  );
  let least = level;
  const log = portOf(logger, (asked) => severity(asked) >= severity(least));
  return {
    ...log,
    onLine,
    recent: () => [...kept],
    setLevel: (now) => {
      least = now;
    },
    get level() {
      return least;
    },
  };

  function write(text: string): void {
    const line = text.trimEnd();
    out.write(out.isTTY ? `${readable(line)}\n` : text);
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
    for (const listener of listeners) tell(listener, line);
  }

  function onLine(listener: LineListener): () => void {
    listeners.add(listener);
    // A copy: what is logged meanwhile goes to every listener by itself.
    for (const line of kept.slice(-TOLD_LINES)) if (listeners.has(listener)) tell(listener, line);
    return () => void listeners.delete(listener);
  }

  function tell(listener: LineListener, line: string): void {
    try {
      listener(line);
    } catch (error) {
      // Let go first, or the warning would come back to it.
      listeners.delete(listener);
      log.warn({ err: error }, 'A log listener failed and gets no more lines');
    }
  }
}

function portOf(logger: pino.Logger, isWanted: (level: pino.Level) => boolean): Log {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    if (isWanted(level)) logger[level](fields, message);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    // pino's log formatter does not see the fields of a child.
    child: (fields) => portOf(logger.child(clean(fields)), isWanted),
  };
}

function severity(level: pino.LevelWithSilent): number {
  return pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
}

function clean(fields: object): Record<string, unknown> {
  const plain = Object.entries(fields).map(([key, value]) => [
    key,
    value instanceof Error ? errorFields(value) : value,
  ]);
  const redacted = redact(Object.fromEntries(plain));
  return isObject(redacted) ? { ...redacted } : {};
}

/** Only these: libraries hang requests, headers and sockets on their errors. */
function errorFields(error: Error, depth = 0): object {
  const { name: type, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  const next = cause instanceof Error && depth < MAX_CAUSES ? errorFields(cause, depth + 1) : undefined;
  return { type, code, message, stack, cause: next };
}

/** `12:03:04 info  message key=value`, and the stack of an error below it. */
function readable(line: string): string {
  const entry: unknown = JSON.parse(line);
  if (!isObject(entry)) return line;
  const { level, time, msg, ...fields } = entry;
  const errors: JsonObject[] = [];
  const pairs = Object.entries(fields).map(([key, value]) => {
    if (!isObject(value) || typeof value['stack'] !== 'string') return `${key}=${readableValue(value)}`;
    errors.push(value);
    return `${key}=${readableValue(value['message'])}`;
  });
  const at = new Date(String(time)).toTimeString().slice(0, 8);
  const message = String(msg ?? '').replace(/\p{Cc}/gu, ' ');
  return [at, String(level).padEnd(5), message, ...pairs].join(' ') + errors.map(stackOf).join('');
}

/** The stack of an error and of what caused it, each on lines of its own. */
function stackOf({ stack, cause }: JsonObject): string {
  const lines = String(stack).replace(/[^\P{Cc}\n]/gu, ' ');
  return `\n${lines}${isObject(cause) ? stackOf(cause) : ''}`;
}

/** Quoted as soon as a reader, or the terminal, could take it for something else. */
function readableValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}
