/** Pins the OpenAPI document: valid, complete by the access table, literal where requests are checked, with sound examples. */

import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../src/documents/openapi/openapi.ts';
import { CAMERA_CREATE } from '../../../src/protocol/entities/camera.ts';
import { USER_CREATE, USER_UPDATE } from '../../../src/protocol/entities/user.ts';
import { ERRORS } from '../../../src/protocol/errors.ts';
import { type Service, startService } from '../../support/service.ts';
import type { Checker, Pointer } from '../document.ts';
import { type OpenApi, openApiChecker, operationOf, ROWS } from './document.ts';

let service: Service;
let document: OpenApi;
let check: Checker;
beforeAll(async () => {
  service = await startService();
  document = JSON.parse(await (await fetch(`${service.httpUrl}/openapi.json`)).text());
  check = openApiChecker(document);
});
afterAll(() => service.stop());

describe('the OpenAPI document', () => {
  it('is one by the specification', async () => {
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
  });

  it('has every verb of the access table below /api, two pictures of each camera, and the backup', () => {
    const described = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/api/'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    const verbs = ROWS.map(({ method, path }) => `${method} ${path}`);
    const pictures = ['', '/last'].map((rest) => `get /api/cameras/{id}/snapshot${rest}`);
    expect(described.sort()).toEqual([...verbs, ...pictures, 'get /api/backup', 'post /api/backup/check'].sort());
  });

  it('asks for a token wherever the access table does', () => {
    for (const row of ROWS) {
      const security = row.right === 'anyone' ? [] : [{ bearer: [] }];
      expect([row.path, row.method, operationOf(document, row).security]).toEqual([row.path, row.method, security]);
    }
  });

  it('names each operation once', () => {
    const ids = ROWS.map((row) => operationOf(document, row).operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the very schemas that requests are checked with', () => {
    expect(document.components.schemas).toMatchObject({
      UsersCreate: { title: 'UsersCreate', ...USER_CREATE },
      UsersUpdate: { title: 'UsersUpdate', ...USER_UPDATE },
      CamerasCreate: { title: 'CamerasCreate', ...CAMERA_CREATE },
    });
    expect(document.components.schemas['UsersUpdate']).not.toHaveProperty('additionalProperties');
  });

  it('lists every error code, and each with an example under its status', () => {
    expect(document.components.schemas['ErrorBody']).toMatchObject({
      properties: { error: { properties: { code: { enum: Object.keys(ERRORS) } } } },
    });
    for (const [code, { status }] of Object.entries(ERRORS)) {
      const examples = document.components.responses[status]?.content?.['application/json']?.examples;
      expect(examples?.[code]?.value).toMatchObject({ error: { code } });
    }
  });

  it('says the same through the swagger module, but for where the paths begin', async () => {
    const answer = await (await fetch(`${service.httpUrl}/api/swagger`)).json();
    expect(answer).toEqual({ ...document, servers: [{ url: '../' }] });
  });

  it('lets others add their paths, schemas and ways to log in', async () => {
    const get = { responses: { 200: { description: 'Yes' } } };
    const more = {
      tags: [{ name: 'instances', description: 'Rented brokers' }],
      paths: { '/v1/instances': { get } },
      schemas: { Instance: { type: 'object' } },
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
    };
    const extended = openApiDocument({ modules: [], version: '1.0.0', more: [more] });
    expect(extended).toMatchObject({
      tags: expect.arrayContaining(more.tags),
      paths: more.paths,
      components: { schemas: more.schemas, securitySchemes: more.securitySchemes },
    });
    expect(await new Validator().validate({ ...extended })).toEqual({ valid: true });
  });
});

describe('its examples', () => {
  it('are there for everything an operation takes and answers', () => {
    for (const row of ROWS) {
      const { parameters, requestBody, responses } = operationOf(document, row);
      const taken = [
        ...parameters.filter((parameter) => parameter.in === 'path'),
        ...Object.values(requestBody?.content ?? {}),
      ];
      const given = Object.values(responses).flatMap(({ content = {} }) => Object.values(content));
      for (const { examples } of [...taken, ...given]) expect(examples?.['example']).toHaveProperty('value');
    }
  });

  it('keep to their schemas', () => {
    const faults = mediaIn(document).flatMap(({ at, examples }) =>
      Object.values(examples).map(({ value }) => check.faults([...at, 'schema'], value)),
    );
    expect(faults.length).toBeGreaterThan(40);
    expect(faults.filter((fault) => fault !== '')).toEqual([]);
  });
});

/** Everything with a schema and examples, wherever it is. */
function mediaIn(node: unknown, at: Pointer = []): { at: Pointer; examples: Record<string, { value: unknown }> }[] {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.entries(node).flatMap(([key, child]) => mediaIn(child, [...at, key]));
  const own = 'schema' in node && 'examples' in node ? [{ at, examples: Object(node.examples) }] : [];
  return [...own, ...inner];
}
