/** Owns an example of each error: its body, and what to do about it in the words of the catalogue. */

import type { ErrorBody } from '../protocol/api-error.ts';
import { ERRORS, type ErrorCode } from '../protocol/errors.ts';
import { missing, type Violation } from '../protocol/violation.ts';

interface ErrorExample {
  readonly summary: string;
  readonly value: ErrorBody;
}

/** The errors of an HTTP status, or all of them, by code. Those whose words depend on the case come with one such case. */
export function errorExamples(status?: number): Record<string, ErrorExample> {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const wanted = codes.filter((code) => status === undefined || ERRORS[code].status === status);
  return Object.fromEntries(wanted.map((code) => [code, { summary: ERRORS[code].cure, value: bodyOf(code) }]));
}

/** The statuses of errors, ascending. */
export function errorStatuses(): number[] {
  return [...new Set(Object.values(ERRORS).map(({ status }) => status))].sort((a, b) => a - b);
}

const CASES: Partial<Record<ErrorCode, { message: string; details?: readonly Violation[] }>> = {
  invalid_envelope: brokenRule(missing(['entity'])),
  invalid_request_id: brokenRule(missing(['requestId'])),
  invalid_payload: brokenRule(missing(['payload', 'username'])),
  unknown_module: { message: 'Module nope not initialized' },
  unsupported_command: { message: 'Module version does not implement a create method' },
  unknown_action: { message: 'Unknown action: explode' },
  unknown_process: { message: 'No Process with name "nope" exists' },
};

function bodyOf(code: ErrorCode): ErrorBody {
  const { message = ERRORS[code].message ?? code, details = [] } = CASES[code] ?? {};
  return { error: { message, code, details, context: { requestId: '42' } } };
}

function brokenRule(violation: Violation) {
  return { message: violation.message, details: [violation] };
}
