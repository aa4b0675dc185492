/** Owns the way of a command to the modules: over HTTP to the running service, else directly on its store. */

import { parseEnvelope } from '../protocol/envelope.ts';
import type { Context } from './command.ts';
import { Failure } from './failure.ts';
import { type ApiRequest, httpRequest, NotRunning } from './http-request.ts';
import { locate } from './locate.ts';
import type { Offline, Program } from './program.ts';

export interface Service {
  /** @throws ApiError as a module refused it; Failure when there is no way to ask */
  request(request: ApiRequest): Promise<unknown>;
}

/** Runs `use` with a service and lets go of the store afterwards, should it have been opened. */
export async function withService<Result>(
  context: Context,
  use: (service: Service) => Promise<Result>,
): Promise<Result> {
  const place = await locate(context);
  let offline: Offline | undefined;

  async function request(wanted: ApiRequest): Promise<unknown> {
    const envelope = envelopeOf(wanted);
    if (offline) return run(offline, envelope);
    try {
      return await httpRequest(context.io, place, wanted);
    } catch (error) {
      if (!(error instanceof NotRunning) || !place.isOwn) throw error;
      offline = await openStore(context.program, error);
      return run(offline, envelope);
    }
  }

  try {
    return await use({ request });
  } finally {
    await offline?.close();
  }
}

/** The same rules as on the wire, before anything is sent. */
function envelopeOf({ command, module, entity, payload }: ApiRequest) {
  const fields = { command, module, requestId: 'cli', entity, payload };
  return parseEnvelope(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

async function openStore(program: Program, notRunning: NotRunning): Promise<Offline> {
  try {
    return await program.openOffline();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(3, `${notRunning.message}, and its store cannot be opened: ${why}`, notRunning.cure);
  }
}

async function run(offline: Offline, envelope: ReturnType<typeof envelopeOf>): Promise<unknown> {
  const outcome = await offline.execute(envelope);
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}
