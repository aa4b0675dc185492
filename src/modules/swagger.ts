/** Owns the `swagger` module: hands out the description of the HTTP side to anyone. */

import type { Module } from '../core/requests/registry.ts';

const RESULT = {
  type: 'object',
  description: 'An OpenAPI document',
  properties: { openapi: { type: 'string' }, info: { type: 'object' }, paths: { type: 'object' } },
  required: ['openapi', 'info', 'paths'],
} as const;

/** @param document asked for once, at the first request */
export function swaggerModule(document: () => Promise<object>): Module {
  let made: object | undefined;

  async function list(): Promise<object> {
    made ??= await document();
    return made;
  }

  return {
    name: 'swagger',
    summary: 'The description of the API',
    operations: { list: { summary: 'Read the OpenAPI document of the service', result: RESULT, run: list } },
  };
}
