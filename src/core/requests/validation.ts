/** Owns payload validation: a schema compiled once, and its first complaint in the words of the contract (N-22). */

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { ApiError } from '../../protocol/api-error.ts';
import type { JsonObject } from '../../protocol/envelope.ts';
import type { Path, Violation } from '../../protocol/violation.ts';
import * as violations from '../../protocol/violation.ts';

export type Schema = Readonly<Record<string, unknown>>;

/**
 * Makes a check that throws ApiError `invalid_payload`; it compiles at the first use, since compiling costs start-up time.
 * @param schema JSON schema of the payload
 */
export function payloadCheck(schema: Schema): (payload: JsonObject) => void {
  let validate: ValidateFunction | undefined;
  return (payload) => {
    validate ??= new Ajv({ strict: true, allErrors: true, verbose: true, allowUnionTypes: true }).compile(schema);
    if (validate(payload)) return;
    const violation = first(validate.errors ?? [], schema);
    throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
  };
}

/** The complaint about the key that the schema names first; unknown keys come last, as upstream reports them. */
function first(errors: readonly ErrorObject[], schema: Schema): Violation {
  const order = Object.keys((schema['properties'] as object | undefined) ?? {});
  const rank = (error: ErrorObject): number => {
    if (error.keyword === 'additionalProperties') return order.length;
    const index = order.indexOf(String(pathOf(error)[1]));
    return index < 0 ? order.length : index;
  };
  const [error] = [...errors].sort((a, b) => rank(a) - rank(b));
  if (!error) throw new Error('a failed validation must have errors');
  return toViolation(error);
}

function toViolation(error: ErrorObject): Violation {
  const path = pathOf(error);
  const value: unknown = error.data;
  const limit = Number(error.params['limit']);
  switch (error.keyword) {
    case 'required':
      return violations.missing(path);
    case 'additionalProperties':
      return violations.unknownKey(path, (value as JsonObject)[String(path.at(-1))]);
    case 'type':
      return wrongType(path, error.schema, value);
    case 'enum':
      return violations.notOneOf(path, error.schema as unknown[], value);
    case 'minLength':
      return value === '' ? violations.emptyString(path) : violations.tooShort(path, limit, value);
    case 'maxLength':
      return violations.tooLong(path, limit, value);
    case 'pattern':
      return value === ''
        ? violations.emptyString(path)
        : violations.patternMismatch(path, String(error.schema), value);
    default:
      return violations.custom(path, `any.${error.keyword}`, error.message ?? 'is not valid', value);
  }
}

function wrongType(path: Path, schema: unknown, value: unknown): Violation {
  const [type] = [schema].flat();
  switch (type) {
    case 'object':
      return violations.notAnObject(path, value);
    case 'integer':
      return violations.notA('number', path, value);
    case 'string':
    case 'boolean':
    case 'number':
    case 'array':
      return violations.notA(type, path, value);
    default:
      return violations.custom(path, 'any.type', `must be of type ${String(type)}`, value);
  }
}

/** From the request's root: `["payload", "username"]`. */
function pathOf(error: ErrorObject): (string | number)[] {
  const inner = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = error.params['missingProperty'] ?? error.params['additionalProperty'];
  return ['payload', ...inner, ...(typeof last === 'string' ? [last] : [])];
}
