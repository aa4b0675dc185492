/** Owns that the list of MQTT accounts asks again when one of them was changed, wherever that was done. */

import { signal } from '@preact/signals';

export const changes = signal(0);

export function noteChange(): void {
  changes.value += 1;
}
