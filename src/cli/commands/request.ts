/** Owns `command`: any verb of any module, as the API has them. */

import { ACCESS } from '../../core/requests/access.ts';
import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import { COMMANDS, needsEntity, payloadRule } from '../../protocol/verbs.ts';
import { atMost, oneOf, suggestion } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print } from '../output.ts';
import { withService } from '../service.ts';

const NAME = 'command';
const MODULES = Object.keys(ACCESS);

export const requestCommand: Command = {
  name: NAME,
  summary: 'Send one request of the API and print its answer',
  usage: ['command <verb> <module> [entity] [json]'],
  notes: [
    `Verbs: ${COMMANDS.join(', ')}. Modules: ${MODULES.join(', ')}.`,
    'read, update and delete take the id of the entity; create and update take the payload as JSON, list may.',
    'A payload of - is read from standard input.',
  ],
  examples: [
    ['command list cameras', 'the first ten cameras'],
    [`command list cameras '{"itemsPerPage":100,"search":"garage"}'`, 'search them'],
    [`command update cameras 3 '{"mtx_path":"garage","is_enabled":true}'`, 'change one'],
    ['command delete users 7', 'delete a user'],
  ],
  words: [COMMANDS, MODULES],
  run: async (context) => {
    const request = await readRequest(context);
    const value = await withService(context, (service) => service.request(request));
    print(context, value);
    return 0;
  },
};

async function readRequest(context: Context) {
  const { args, io } = context;
  const command = oneOf('the verb', args[0], COMMANDS, NAME);
  const module = args[1];
  if (module === undefined) throw usageFailure('the module is missing', NAME);
  if (!MODULES.includes(module))
    io.stderr.write(`note: no module ${module} is known here${suggestion(module, MODULES)}\n`);
  const takesEntity = needsEntity(command);
  const rule = payloadRule(command);
  const entity = takesEntity ? args[2] : undefined;
  const json = args[takesEntity ? 3 : 2];
  if (takesEntity && entity === undefined) throw usageFailure(`${command} needs the id of an entity`, NAME);
  if (rule === 'required' && json === undefined) throw usageFailure(`${command} needs a payload`, NAME);
  atMost(2 + (takesEntity ? 1 : 0) + (rule === 'forbidden' ? 0 : 1), { ...context }, NAME);
  return { command, module, entity, payload: json === undefined ? undefined : await readPayload(context, json) };
}

async function readPayload({ io }: Context, text: string): Promise<JsonObject> {
  const json = text === '-' ? await io.stdin.readAll() : text;
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return value;
  } catch {
    // Told below: text that is no JSON and JSON that is no object have one cure.
  }
  throw usageFailure(`the payload must be a JSON object such as '{"name":"value"}'`, NAME);
}
