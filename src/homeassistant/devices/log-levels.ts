/** Owns the levels of the log that a person chooses from. */

import { LOG_LEVELS, type LogLevel } from '../../protocol/entities/system/service.ts';

export function isLogLevel(text: string): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text);
}
