/** Owns the OpenAPI 3.1 document: what the HTTP side offers, made from the modules, their schemas and the access table. */

import type { Module } from '../../core/requests/registry.ts';
import type { Schema } from '../../core/requests/validation.ts';
import { createComponents } from '../components.ts';
import { pathsOf } from './paths.ts';
import { errorResponses } from './responses.ts';

/** Routes besides `/api`: whoever mounts them describes them. */
interface OpenApiPart {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path. They may refer to the components below, and are written as they are. */
  readonly paths: Readonly<Record<string, object>>;
  readonly schemas?: Readonly<Record<string, Schema>>;
  readonly securitySchemes?: Readonly<Record<string, object>>;
}

interface OpenApiParts {
  readonly modules: readonly Module[];
  readonly version: string;
  /** Where the paths begin; a relative one is relative to the document. */
  readonly serverUrl?: string;
  readonly more?: readonly OpenApiPart[];
}

export function openApiDocument({ modules, version, serverUrl = '/', more = [] }: OpenApiParts) {
  const components = createComponents();
  const paths = pathsOf(modules, components);
  const responses = errorResponses(components);
  return {
    openapi: '3.1.0',
    info: {
      title: 'NestMTX Bridge',
      version,
      summary: 'The NestMTX API over HTTP',
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: [
      ...modules.map(({ name, summary }) => ({ name, description: summary })),
      { name: 'service', description: 'For whoever watches over the service' },
      ...more.flatMap(({ tags }) => tags),
    ],
    paths: Object.assign({}, paths, HEALTHZ, ...more.map((part) => part.paths)),
    components: {
      schemas: Object.assign({}, components.schemas, ...more.map(({ schemas }) => schemas)),
      responses,
      parameters: { RequestId: REQUEST_ID },
      headers: { RequestId: { description: 'The id of the request', schema: { type: 'string' } } },
      securitySchemes: Object.assign({ bearer: BEARER }, ...more.map((part) => part.securitySchemes)),
    },
  };
}

const INTRODUCTION = `The same modules and verbs are reachable over MQTT and Socket.IO; \`asyncapi.json\` describes the former.

Log in with \`POST /api/auth\` and send \`bearer\` as \`Authorization: Bearer …\`. Every failure has the body \`ErrorBody\`;
programs should look at its \`code\`. Answers may gain keys, so let unknown ones through.`;

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  description: 'The `bearer` of an answer of `POST /api/auth`: opaque, lasts a day, or 30 with `rememberMe`',
};

const REQUEST_ID = {
  name: 'X-Request-Id',
  in: 'header',
  description: 'Your id for this request: comes back in the answer, and is in the log; one is made when it is absent',
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};

const STATUS_SCHEMA = { type: 'object', properties: { status: { type: 'string' } }, required: ['status'] };

const HEALTHZ = {
  '/healthz': {
    get: {
      operationId: 'healthz',
      tags: ['service'],
      summary: 'Whether the service works, for programs that restart it',
      security: [],
      responses: {
        200: statusResponse('It works', 'ok'),
        503: statusResponse('It does not', 'the store refuses writes'),
      },
    },
  },
};

function statusResponse(description: string, status: string) {
  const examples = { example: { value: { status } } };
  return { description, content: { 'application/json': { schema: STATUS_SCHEMA, examples } } };
}
