/** Owns the catalogue of everything that can go wrong: code, wire message, HTTP status. Codes are never renamed (contract 3.5). */

interface CatalogueEntry {
  /** What the wire says; null where the words depend on the case. */
  readonly message: string | null;
  readonly status: number;
  /** May the same request succeed later, unchanged? */
  readonly retryable: boolean;
  /** What to do about it, in one sentence; printed in docs/errors.md. */
  readonly cure: string;
}

export const ERRORS = {
  malformed_json: entry('The message is not valid JSON', 400, 'Send one JSON object, encoded as UTF-8.'),
  retained_request: entry(
    'A retained request is not executed',
    400,
    'Publish requests without the retain flag and clear the retained one by an empty retained message.',
  ),
  invalid_envelope: entry(null, 400, 'Correct the field that the message names; docs/protocol.md lists all six.'),
  invalid_request_id: entry(
    null,
    400,
    'Use 1 to 128 characters without +, #, control characters and without a slash at either end.',
  ),
  request_id_in_use: entry(
    'Somebody else is waiting for an answer under this request id',
    400,
    'Choose random request ids: an id belongs to whoever asked first, until that request is answered.',
  ),
  unknown_module: entry(null, 400, 'Use one of the modules that docs/protocol.md lists.'),
  unsupported_command: entry(null, 400, 'Use a verb that the module offers; docs/protocol.md has the table.'),
  invalid_payload: entry(null, 400, 'Correct the field that the details name.'),
  invalid_credentials: entry('Invalid user credentials', 400, 'Check name and password, and that the user may log in.'),
  already_logged_in: entry('errors.auth.create.loggedIn', 400, 'Leave the token out of a login request.'),
  unauthorized: entry('Unauthorized', 401, 'Log in with auth.create and send the bearer token with each request.'),
  forbidden: entry('Forbidden', 403, 'Ask an administrator; docs/protocol.md says which role may do what.'),
  not_found: entry('Row not found', 404, 'List the module to see which ids exist.'),
  already_exists: entry('Row already exists', 400, 'Choose another name: the details say which field must be unique.'),
  mtx_path_required: entry(
    'errors.cameras.update.mtxPathIsRequired',
    400,
    'Give the camera an mtx_path before you enable it.',
  ),
  mtx_path_in_use: entry('errors.cameras.update.mtxPathAlreadyInUse', 400, 'Choose a path that no other camera has.'),
  own_login_ability: entry(
    'errors.users.update.cannotChangeOwnLoginAbility',
    400,
    'Let another administrator change it.',
  ),
  system_user: entry(
    'errors.users.delete.cannotDeleteSystemUser',
    400,
    'The system user belongs to the service and stays.',
  ),
  own_user: entry('errors.users.delete.cannotDeleteSelf', 400, 'Let another administrator delete your account.'),
  last_administrator: entry(
    'Nobody could administrate this service any more',
    400,
    'Make somebody else an administrator first, for example by nestmtx-bridge users add NAME --admin.',
  ),
  authorization_malformed: entry(
    'errors.credentials.authorize.malformed',
    400,
    'Start the authorisation again and copy the whole answer.',
  ),
  authorization_state: entry(
    'errors.credentials.authorize.invalidState',
    400,
    'Start the authorisation again; an answer can be used once.',
  ),
  invalid_url: entry(
    'Invalid URL',
    400,
    'Send an absolute URL of the kind that is asked for; in its name and password write # as %23, / as %2F, ? as %3F and @ as %40.',
  ),
  unknown_action: entry(null, 400, 'Use one of the documented actions.'),
  unknown_process: entry(null, 400, 'List htop to see which processes exist.'),
  rate_limited: entry('Too many attempts', 429, 'Wait before the next login attempt.', true),
  too_many_requests: entry('Too many requests', 429, 'Have fewer requests in flight, or send them more slowly.', true),
  upstream_failed: entry(
    'The service behind this request did not answer as expected',
    400,
    'Try again; the log of the service has the cause.',
    true,
  ),
  unavailable: entry(
    'The service cannot do this at the moment',
    503,
    'Look at health.list and at the log of the service.',
    true,
  ),
  no_snapshot: entry(null, 503, 'The message names the reason; docs/cameras.md lists them all.', true),
  no_stream: entry(null, 503, 'The message names the reason; docs/cameras.md lists them all.', true),
  internal: entry('Internal error', 500, 'Report it with the request id; the log of the service has the cause.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

function entry(message: string | null, status: number, cure: string, retryable = false): CatalogueEntry {
  return { message, status, cure, retryable };
}
