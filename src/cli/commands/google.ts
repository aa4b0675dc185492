/** Owns `google`: from credentials to a person's consent: prints the address to open, and waits until Google has let us in. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import { suggestion } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { print } from '../output.ts';
import { type Service, withService } from '../service.ts';

const NAME = 'google';
/** How long a link is good. */
const WAIT_MS = 10 * 60 * 1000;
const LOOK_MS = 2000;
/** Where people agree; else the link is for choosing devices. */
const CONSENT_PAGE = 'https://accounts.google.com/';

const WIDER = 'What the cameras notice is heard as soon as somebody has agreed there.\n';

export const googleCommand: Command = {
  name: NAME,
  summary: 'Have a person let us in at Google',
  usage: ['google [id] --origin URL [--subscription NAME] [--no-wait]'],
  notes: [
    'Prints the address of Google to open in a browser, and waits up to ten minutes for the answer.',
    'The origin is where that browser reaches this service by HTTPS; <origin>/credentials/authorize must be registered at Google: docs/google.md.',
  ],
  examples: [
    ['google --origin https://nest.local:2001', 'for the only credentials that there are'],
    ['google 2 --origin https://nest.local:2001', 'for one of several'],
    [
      'google --origin https://nest.local:2001 --subscription projects/house/subscriptions/nest',
      'to hear what the cameras notice, too',
    ],
  ],
  options: {
    origin: { value: 'URL', description: 'Where Google sends the browser back to' },
    subscription: { value: 'NAME', description: 'Of Pub/Sub: projects/<project>/subscriptions/<name>, or none' },
    'no-wait': { description: 'Print the address and end' },
  },
  run: async (context) => {
    const origin = context.values.get('origin');
    if (origin === undefined) throw usageFailure('google needs --origin, for example https://nest.local:2001', NAME);
    return withService(context, async (service) => {
      const { id, description, is_authenticated } = await chosen(service, context.args[0]);
      const entity = String(id);
      const payload = { origin, ...chosenSubscription(context.values.get('subscription')) };
      const link = await service.request({ command: 'update', module: 'credentials', entity, payload });
      const isConsent = String(link).startsWith(CONSENT_PAGE);
      const meaning = !isConsent ? 'is let in already; devices are chosen at' : 'is let in at';
      print(context, { id, link, is_authenticated }, `${String(description)} ${meaning}\n\n${String(link)}\n`);
      if (is_authenticated === true && isConsent) context.io.stderr.write(WIDER);
      if (is_authenticated === true || context.flags.has('no-wait')) return 0;
      return (await isLetIn(service, entity)) ? done(context, entity) : late();
    });
  },
};

function chosenSubscription(written: string | undefined): JsonObject {
  if (written === undefined) return {};
  return { pubsub_subscription: written === 'none' ? null : written };
}

async function chosen(service: Service, written: string | undefined): Promise<JsonObject> {
  const all = await listed(service);
  if (written === undefined && all.length === 1 && all[0]) return all[0];
  const ids = all.map(({ id }) => String(id));
  if (written === undefined) {
    const cure = 'docs/google.md says how to make some.';
    throw all.length === 0
      ? new Failure(1, 'there are no credentials', cure)
      : usageFailure(`which credentials: ${ids.join(', ')}?`, NAME);
  }
  const found = all.find(({ id }) => String(id) === written);
  if (!found) throw new Failure(1, `there are no credentials ${written}${suggestion(written, ids)}`);
  return found;
}

async function listed(service: Service): Promise<JsonObject[]> {
  const answer = await service.request({ command: 'list', module: 'credentials', payload: { itemsPerPage: 1000 } });
  return isObject(answer) && Array.isArray(answer['items']) ? answer['items'].filter(isObject) : [];
}

async function isLetIn(service: Service, entity: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_MS) {
    await sleep(LOOK_MS);
    const found = (await listed(service)).find(({ id }) => String(id) === entity);
    if (found?.['is_authenticated'] === true) return true;
  }
  return false;
}

function done({ io }: Context, entity: string): number {
  io.stderr.write(`Google has let us in. Credentials ${entity} bring their cameras within a minute.\n`);
  return 0;
}

function late(): never {
  throw new Failure(1, 'nobody agreed within ten minutes', 'Run the command again for a new address.');
}
