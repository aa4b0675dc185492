/** Owns the AsyncAPI document as the suites see it. */

import { Ajv } from 'ajv';
import { checker } from '../document.ts';
import type { Row } from '../openapi/document.ts';

interface Reference {
  readonly $ref: string;
}

interface MessageObject {
  readonly description?: string;
  readonly payload?: { readonly properties?: object };
  readonly examples?: readonly { readonly payload: unknown }[];
}

export interface AsyncApi {
  readonly servers: Readonly<Record<string, object>>;
  readonly channels: Readonly<
    Record<string, { readonly address: string; readonly messages: Readonly<Record<string, Reference>> }>
  >;
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly action: 'send' | 'receive';
        readonly channel: Reference;
        readonly messages: readonly Reference[];
        readonly reply?: { readonly messages: readonly Reference[] };
      }
    >
  >;
  readonly components: { readonly messages: Readonly<Record<string, MessageObject>> };
}

/** AsyncAPI's own schemas are JSON Schema of draft 7. */
export function asyncApiChecker(document: AsyncApi) {
  return checker(new Ajv({ strict: false, allErrors: true }), document);
}

export function operationIdOf({ module, command }: Row): string {
  return module + command.charAt(0).toUpperCase() + command.slice(1);
}

/** The last part of a reference to a message is its name, in channels and in components. */
export function nameIn({ $ref }: Reference): string {
  return $ref.slice($ref.lastIndexOf('/') + 1);
}
