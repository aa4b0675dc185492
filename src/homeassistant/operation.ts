/** Owns the port to whoever runs the service: how it is begun anew, and how much it tells. */

import type { LogLevel } from '../protocol/entities/system/service.ts';

export interface Operation {
  /** Resolves when it has begun; rejects with words for a person. Absent where nobody would start the service again. */
  readonly restart?: (() => Promise<void>) | undefined;
  /** Holds until the service ends; may be one that cannot be chosen here. */
  readonly logLevel: { current(): string; set(level: LogLevel): void };
}
