/** Owns how bad configuration is told: every problem at once, one line each, no secret in any. */

export interface Problem {
  /** As the user wrote it: `MQTT_PORT`, `mqtt.port`. */
  readonly key: string;
  /** `environment`, or the name of the file. */
  readonly source: string;
  /** What was found, masked where it is secret; empty where there is nothing to show. */
  readonly value: string;
  /** Completes "expected …". */
  readonly expected: string;
}

export const ENVIRONMENT = 'environment';

export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(lineOf).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

function lineOf({ key, source, value, expected }: Problem): string {
  const place = [key, source === ENVIRONMENT ? '' : source].filter(Boolean).join(' in ');
  return `${place}: ${value && `got ${value}, `}expected ${expected}`;
}
