/** Owns the way of a command to the modules: over HTTP to the running service, else directly on its store. */

import { ApiError } from '../protocol/api-error.ts';
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
  let place = await locate(context);
  let offline: { readonly store: Offline; readonly isLook: boolean; readonly notRunning: NotRunning } | undefined;

  async function request(wanted: ApiRequest): Promise<unknown> {
    const envelope = envelopeOf(wanted);
    if (offline) {
      const { store, isLook, notRunning } = offline;
      if (!isLook || isReading(wanted)) return run(store, envelope);
      await store.close();
      return run(await opened(false, notRunning), envelope);
    }
    try {
      return await asOneself(wanted);
    } catch (error) {
      if (!(error instanceof NotRunning) || !place.isOwn) throw error;
      return run(await opened(isReading(wanted), error), envelope);
    }
  }

  /** Somebody who may read the data folder is never worse off for a login that was kept. */
  async function asOneself(wanted: ApiRequest): Promise<unknown> {
    try {
      return await httpRequest(context.io, place, wanted);
    } catch (error) {
      const { operator } = place;
      if (!operator || !(error instanceof ApiError)) throw error;
      const login = `the login of ${operator.inPlaceOf} that was kept`;
      if (error.code === 'forbidden')
        context.io.stderr.write(`note: ${login} may not do this; after nestmtx-bridge logout you are the operator\n`);
      if (error.code !== 'unauthorized') throw error;
      context.io.stderr.write(`note: ${login} is not good any more, so you are the operator\n`);
      place = { ...place, token: operator.token, operator: undefined };
      return httpRequest(context.io, place, wanted);
    }
  }

  /** What only reads writes nothing: neither a lock, nor what a first start would. */
  async function opened(isLook: boolean, notRunning: NotRunning): Promise<Offline> {
    const store = await openStore(context.program, isLook, notRunning);
    offline = { store, isLook, notRunning };
    return store;
  }

  try {
    return await use({ request });
  } finally {
    await offline?.store.close();
  }
}

/** The same rules as on the wire, before anything is sent. */
function envelopeOf({ command, module, entity, payload }: ApiRequest) {
  const fields = { command, module, requestId: 'cli', entity, payload };
  return parseEnvelope(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

/** Reading credentials is how Google's answer is brought in. */
function isReading({ command, module }: ApiRequest): boolean {
  return command === 'list' || (command === 'read' && module !== 'credentials');
}

async function openStore(program: Program, isLook: boolean, notRunning: NotRunning): Promise<Offline> {
  try {
    return await program.openOffline(isLook);
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
