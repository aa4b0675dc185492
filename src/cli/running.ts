/** Owns the question whether the service runs, asked of its health. */

import type { Context } from './command.ts';
import { Failure } from './failure.ts';
import { httpRequest, NotRunning } from './http-request.ts';
import { locate } from './locate.ts';

/** The health that the service on this machine reports, or why it does not. */
export type Running =
  | { readonly health: unknown; readonly mqttPort: number | undefined }
  | { readonly failure: Failure };

export async function askService(context: Context): Promise<Running> {
  try {
    const place = await locate(context);
    const health = await httpRequest(context.io, place, { command: 'list', module: 'health' });
    return { health, mqttPort: place.mqttPort };
  } catch (error) {
    return { failure: error instanceof Failure ? error : new Failure(3, String(error)) };
  }
}

/** Whether nothing listens where the service should be, as opposed to something else or something broken. */
export function isNotRunning(running: Running): boolean {
  return 'failure' in running && running.failure instanceof NotRunning;
}
