/** Owns the requests over MQTT: for each operation of the API its message, and the messages that can answer it. */

import type { Module } from '../../core/requests/registry.ts';
import type { Schema } from '../../core/requests/validation.ts';
import { ERROR_BODY } from '../../protocol/api-error.ts';
import { needsEntity, payloadRule } from '../../protocol/verbs.ts';
import type { Components } from '../components.ts';
import { entityOf } from '../entities.ts';
import { errorExamples } from '../error-examples.ts';
import { type Messages, ofChannel } from '../messages.ts';
import { capitalised, type Described, operationsOf } from '../operations.ts';

export interface Requests {
  readonly requests: readonly string[];
  readonly answers: readonly string[];
  /** The message of every failure. */
  readonly failure: string;
  readonly operations: Readonly<Record<string, object>>;
}

export function requestOperations(modules: readonly Module[], components: Components, messages: Messages): Requests {
  const failure = messages.add('failure', {
    summary: 'Why a request was not carried out',
    payload: components.received(ERROR_BODY),
    examples: Object.entries(errorExamples()).map(([name, { summary, value }]) => ({ name, summary, payload: value })),
  });
  const nothing = messages.add('nothing', { summary: 'Done, without a result: zero bytes' });
  const found = operationsOf(modules).map((described) => ({
    described,
    request: messages.add(`${described.id}Request`, request(described, components)),
    answer: answerOf(described, components, messages) ?? nothing,
  }));
  return {
    requests: found.map((one) => one.request),
    answers: [...new Set([...found.map(({ answer }) => answer), nothing, failure])],
    failure,
    operations: Object.fromEntries(
      found.map((one) => [one.described.id, operation(one.described, one.request, [one.answer, failure])]),
    ),
  };
}

function operation({ module, operation: { summary }, rightInWords }: Described, request: string, replies: string[]) {
  return {
    action: 'receive',
    channel: { $ref: '#/channels/requests' },
    summary,
    description: rightInWords,
    tags: [{ name: module }],
    messages: ofChannel('requests', [request]),
    reply: { channel: { $ref: '#/channels/responses' }, messages: ofChannel('responses', replies) },
    bindings: { mqtt: { retain: false, bindingVersion: '0.2.0' } },
  };
}

function request(described: Described, components: Components) {
  const { module, command, right, operation, rightInWords, example } = described;
  const { entity, payload } = example;
  const secured = right !== 'anyone';
  return {
    summary: operation.summary,
    description: rightInWords,
    tags: [{ name: module }],
    payload: envelope(described, components),
    examples: [
      {
        name: 'example',
        payload: {
          command,
          module,
          requestId: '42',
          ...(entity === undefined ? {} : { entity }),
          ...(payload === undefined ? {} : { payload }),
          ...(secured ? { token: 'oat_Zm9yIHRoZSBleGFtcGxlIG9ubHk' } : {}),
        },
      },
    ],
  };
}

/** The envelope as this one operation needs it (contract 2.2). */
function envelope({ module, command, right, operation: { schema } }: Described, components: Components): Schema {
  const rule = payloadRule(command);
  const title = `${capitalised(module)}${capitalised(command)}`;
  const secured = right !== 'anyone';
  return {
    type: 'object',
    properties: {
      command: { const: command },
      module: { const: module },
      requestId: REQUEST_ID,
      ...(needsEntity(command)
        ? { entity: { type: 'string', minLength: 1, description: entityOf(`${module}.${command}`).meaning } }
        : {}),
      ...(rule === 'forbidden' ? {} : { payload: components.sent({ title, type: 'object', ...schema }) }),
      token: { type: 'string', minLength: 1, description: 'The `bearer` of an answer of auth.create' },
    },
    required: [
      'command',
      'module',
      'requestId',
      ...(needsEntity(command) ? ['entity'] : []),
      ...(rule === 'required' ? ['payload'] : []),
      ...(secured ? ['token'] : []),
    ],
    additionalProperties: false,
  };
}

const REQUEST_ID = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^[^+#/]([^+#]*[^+#/])?$',
  description:
    'Yours, and unique among your requests: the answer comes to `responses/` and this. No control characters',
};

function answerOf({ id, module, operation, example }: Described, components: Components, messages: Messages) {
  if (!operation.result) return undefined;
  return messages.add(`${id}Answer`, {
    summary: `The answer to ${id}`,
    tags: [{ name: module }],
    payload: components.received(operation.result),
    examples: [{ name: 'example', payload: example.answer }],
  });
}
