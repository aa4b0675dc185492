/** Owns the request envelope: bytes to a request, or the first rule it breaks, in the order the contract fixes (2.2). */

import { ApiError } from './api-error.ts';
import { isRequestId } from './topics.ts';
import { COMMANDS, type Command, isCommand, needsEntity, payloadRule } from './verbs.ts';
import type { Violation } from './violation.ts';
import * as violations from './violation.ts';

export type JsonObject = { readonly [key: string]: unknown };

export interface Envelope {
  readonly command: Command;
  readonly module: string;
  readonly requestId: string;
  readonly entity?: string;
  readonly payload?: JsonObject;
  readonly token?: string;
}

const KEYS = ['command', 'module', 'requestId', 'entity', 'payload', 'token'];
const utf8 = new TextDecoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const REPLACEMENT = '\ufffd';

/** @throws ApiError `malformed_json` for an empty message, broken UTF-8 or broken JSON */
export function decode(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes);
    // The strict decoder is several times slower, so it only judges texts that may have been repaired.
    return JSON.parse(text.includes(REPLACEMENT) ? strictUtf8.decode(bytes) : text);
  } catch (cause) {
    throw new ApiError('malformed_json', { cause });
  }
}

/**
 * Checks a decoded message against the envelope rules.
 * @throws ApiError `invalid_envelope` or `invalid_request_id`, with the first violation in `details`
 */
export function parseEnvelope(value: unknown): Envelope {
  const violation = firstViolation(value);
  if (violation) {
    const aboutId = violation.path[0] === 'requestId';
    throw new ApiError(aboutId ? 'invalid_request_id' : 'invalid_envelope', {
      message: violation.message,
      details: [violation],
    });
  }
  return value as Envelope;
}

/** The request id a client can be answered under, even when the rest of its message is broken (N-04). */
export function readableRequestId(value: unknown): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, 'requestId')) return undefined;
  return isRequestId(value['requestId']) ? value['requestId'] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstViolation(value: unknown): Violation | undefined {
  if (!isObject(value)) return violations.notAnObject([], value);
  const own = (key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
  return (
    commandViolation(own('command')) ??
    textViolation('module', own('module')) ??
    requestIdViolation(own('requestId')) ??
    entityViolation(own('command') as Command, own('entity')) ??
    payloadViolation(own('command') as Command, own('payload')) ??
    (own('token') === undefined ? undefined : textViolation('token', own('token'))) ??
    unknownKeyViolation(value)
  );
}

function commandViolation(value: unknown): Violation | undefined {
  if (value === undefined) return violations.missing(['command']);
  return isCommand(value) ? undefined : violations.notOneOf(['command'], COMMANDS, value);
}

function textViolation(key: string, value: unknown): Violation | undefined {
  if (value === undefined) return violations.missing([key]);
  if (typeof value !== 'string') return violations.notA('string', [key], value);
  return value === '' ? violations.emptyString([key]) : undefined;
}

function requestIdViolation(value: unknown): Violation | undefined {
  const violation = textViolation('requestId', value);
  if (violation || isRequestId(value)) return violation;
  const words = 'must be 1 to 128 characters without +, #, control characters and without a slash at either end';
  return violations.custom(['requestId'], 'string.requestId', words, value);
}

function entityViolation(command: Command, value: unknown): Violation | undefined {
  if (needsEntity(command)) return textViolation('entity', value);
  return value === undefined ? undefined : violations.notAllowed(['entity'], value);
}

function payloadViolation(command: Command, value: unknown): Violation | undefined {
  const rule = payloadRule(command);
  if (value === undefined) return rule === 'required' ? violations.missing(['payload']) : undefined;
  if (rule === 'forbidden') return violations.notAllowed(['payload'], value);
  return isObject(value) ? undefined : violations.notAnObject(['payload'], value);
}

function unknownKeyViolation(value: JsonObject): Violation | undefined {
  const key = Object.keys(value).find((name) => !KEYS.includes(name));
  return key === undefined ? undefined : violations.unknownKey([key], value[key]);
}
