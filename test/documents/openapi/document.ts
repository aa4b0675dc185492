/** Owns the OpenAPI document as the suites see it, and each operation in it. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { ACCESS, type Right } from '../../../src/core/requests/access.ts';
import { type Command, needsEntity } from '../../../src/protocol/verbs.ts';
import { checker, type Pointer } from '../document.ts';

interface Media {
  readonly schema: object;
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly examples?: Media['examples'];
}

export interface OperationObject {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

const METHODS = { create: 'post', list: 'get', read: 'get', update: 'put', delete: 'delete' } as const;

export interface Row {
  readonly module: string;
  readonly command: Command;
  readonly right: Right;
  readonly path: string;
  readonly method: string;
}

/** The access table, in an order in which what is read was made before, and what is deleted is not read again. */
export const ROWS: readonly Row[] = (Object.keys(METHODS) as Command[]).flatMap((command) =>
  Object.entries(ACCESS).flatMap(([module, rights]) => {
    const right = rights[command];
    const path = needsEntity(command) ? `/api/${module}/{id}` : `/api/${module}`;
    return right ? [{ module, command, right, path, method: METHODS[command] }] : [];
  }),
);

export function operationOf(document: OpenApi, { path, method }: Row): OperationObject {
  const operation = document.paths[path]?.[method];
  if (!operation) throw new Error(`${method} ${path} is not described`);
  return operation;
}

export function openApiChecker(document: OpenApi) {
  return checker(new Ajv2020({ strict: false, allErrors: true }), document);
}

/** Where the response of a status is described, through the reference if it is one. */
export function responseAt(document: OpenApi, row: Row, status: number): { response: Response; at: Pointer } {
  const response = operationOf(document, row).responses[status];
  if (!response) throw new Error(`${row.method} ${row.path} does not document ${status}`);
  if (!response.$ref) return { response, at: ['paths', row.path, row.method, 'responses', status] };
  const shared = document.components.responses[status];
  if (!shared) throw new Error(`there is no response ${response.$ref}`);
  return { response: shared, at: ['components', 'responses', status] };
}
