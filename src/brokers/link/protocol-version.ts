/** Owns which MQTT version the next connection attempt speaks: 5 wherever the broker can, else 3.1.1. */

import type { ProtocolVersion } from '../../connection/mqtt-options.ts';
import type { Ending } from './connection.ts';

/** What an attempt has shown: `refused` = CONNACK names the version, `hang-up` = closed without any CONNACK. */
export type VersionEvidence = 'works' | 'refused' | 'hang-up' | 'none';

export interface VersionChoice {
  readonly version: ProtocolVersion;
  readonly hangUps: number;
  readonly fiveWorked: boolean;
}

export const FIRST_CHOICE: VersionChoice = { version: 5, hangUps: 0, fiveWorked: false };

/** Unacceptable protocol version (MQTT 3.1.1, 3.2.2.3), Unsupported Protocol Version (MQTT 5.0, 3.2.2.2). */
const VERSION_REFUSED: readonly (number | undefined)[] = [0x01, 0x84];

export function evidenceOf({ accepted, code, hungUp }: Ending): VersionEvidence {
  if (accepted) return 'works';
  if (VERSION_REFUSED.includes(code)) return 'refused';
  return hungUp ? 'hang-up' : 'none';
}

/** The choice after an attempt with `choice` has ended. */
export function nextChoice(choice: VersionChoice, evidence: VersionEvidence): VersionChoice {
  const { version, fiveWorked } = choice;
  const other: VersionChoice = { version: version === 5 ? 4 : 5, hangUps: 0, fiveWorked };
  switch (evidence) {
    case 'works':
      // A broker that was lost under 3.1.1 may come back as a newer one.
      return { version: 5, hangUps: 0, fiveWorked: fiveWorked || version === 5 };
    case 'refused':
      return other;
    case 'hang-up':
      // A proxy hangs up as well while its broker restarts: no reason to doubt a version that has worked.
      if (fiveWorked) return choice;
      return choice.hangUps > 0 ? other : { ...choice, hangUps: 1 };
    case 'none':
      return choice;
  }
}
