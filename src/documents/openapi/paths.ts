/** Owns the paths of the request API: what goes into each operation. What comes out is in openapi-responses.ts. */

import type { Module } from '../../core/requests/registry.ts';
import { PAGE_QUERY } from '../../protocol/entities/page.ts';
import { type Command, needsEntity, payloadRule } from '../../protocol/verbs.ts';
import type { Components } from '../components.ts';
import { entityOf } from '../entities.ts';
import { capitalised, type Described, operationsOf } from '../operations.ts';
import { responsesOf } from './responses.ts';

const METHODS: Readonly<Record<Command, string>> = {
  list: 'get',
  read: 'get',
  create: 'post',
  update: 'put',
  delete: 'delete',
};

export function pathsOf(modules: readonly Module[], components: Components): Record<string, object> {
  const paths: Record<string, Record<string, object>> = {};
  for (const described of operationsOf(modules)) {
    const { module, command } = described;
    const path = needsEntity(command) ? `/api/${module}/{id}` : `/api/${module}`;
    paths[path] = { ...paths[path], [METHODS[command]]: operation(described, components) };
  }
  return paths;
}

function operation(described: Described, components: Components) {
  const {
    id,
    module,
    right,
    rightInWords,
    operation: { summary },
  } = described;
  return {
    operationId: id,
    tags: [module],
    summary,
    description: rightInWords,
    security: right === 'anyone' ? [] : [{ bearer: [] }],
    parameters: [
      ...entityParameter(described),
      ...queryParameters(described),
      { $ref: '#/components/parameters/RequestId' },
    ],
    ...requestBody(described, components),
    responses: responsesOf(described, components),
  };
}

function entityParameter({ module, command, example }: Described) {
  if (!needsEntity(command)) return [];
  const description = entityOf(`${module}.${command}`).meaning;
  const schema = { type: 'string', minLength: 1 };
  return [
    { name: 'id', in: 'path', required: true, description, schema, examples: { example: { value: example.entity } } },
  ];
}

/** A list takes its payload from the query; one that comes in pages echoes it. */
function queryParameters({ command, operation: { result }, example }: Described) {
  const isPaged = command === 'list' && Object.hasOwn(Object(result?.['properties']), 'itemsPerPage');
  if (!isPaged) return [];
  return Object.entries(PAGE_QUERY.properties).map(([name, schema]) => {
    const value = example.payload?.[name];
    const examples = value === undefined ? {} : { examples: { example: { value } } };
    return { name, in: 'query', schema, ...examples };
  });
}

function requestBody({ module, command, operation: { schema }, example }: Described, components: Components) {
  if (payloadRule(command) !== 'required') return {};
  const title = `${capitalised(module)}${capitalised(command)}`;
  // An absent body is an empty payload.
  const required = Array.isArray(schema?.['required']);
  const media = {
    schema: components.sent({ title, ...(schema ?? { type: 'object' }) }),
    examples: { example: { value: example.payload } },
  };
  return { requestBody: { required, content: { 'application/json': media } } };
}
