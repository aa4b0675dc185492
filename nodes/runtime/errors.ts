/** Owns the catalogue of what goes wrong at the nodes themselves, beside that of the API: codes are never renamed. */

import type { ClientErrorCode } from '../../src/client/client-error.ts';

interface CatalogueEntry {
  /** Ends the sentence "This happened: ..."; printed in docs/errors.md, as the rest. */
  readonly meaning: string;
  /** May the same message succeed later, unchanged? */
  readonly retryable: boolean;
  readonly cure: string;
}

export const NODE_ERRORS = {
  not_connected: entry(
    'there was no connection, or it was lost before the answer came',
    'The message names the reason; send the message again once the status says that the node is connected.',
    true,
  ),
  timeout: entry(
    'no answer came in time',
    'Raise the timeout of the node if the server is slow; whether it did what was asked is not known.',
    true,
  ),
  refused: entry(
    'the broker or the service forbids it, and has no code of its own for it',
    'Check what the account of the configuration node may do.',
  ),
  too_large: entry(
    'the message is larger than the broker takes, so it was not sent',
    'Send less at once, or raise the limit of the broker (BROKER_MAX_PACKET at the one that comes with the service).',
  ),
  invalid_topic: entry(
    'brokers end the connection over the topic, so nothing was sent',
    'Correct the base topic of the server node.',
  ),
  invalid_setting: entry(
    'a setting of the node, or the variable in its place, is not what it should be',
    'Correct the setting that the message names, and deploy.',
  ),
  invalid_value: entry(
    'what a field takes from the message, a context, the environment or an expression is not what it should be',
    'Correct the value that the message names.',
  ),
  unusable_message: entry(
    'the message cannot be read, or takes no properties',
    'Send a plain object, such as a function node returns.',
  ),
  not_confirmed: entry(
    'the instance that the dialog names would be deleted, and that was not confirmed there',
    'Tick the box in the dialog of the node, and deploy.',
  ),
  not_deployed: entry(
    'the configuration node is missing, disabled, or has errors itself',
    'Choose one in the dialog of the node, or correct it, and deploy.',
  ),
  conflict: entry('the instance is not as the message takes it to be', 'Read it again, and decide anew.'),
  aborted: entry('the request was given up', 'Nothing: whoever asked wants no answer any more.'),
  closed: entry('the node was closed by a deploy', 'Send the message again after the deploy.', true),
  unexpected: entry('a fault of ours', 'Report it with the text of the error and what the message was.'),
} as const satisfies Record<Exclude<ClientErrorCode, 'invalid_options'>, CatalogueEntry> &
  Record<string, CatalogueEntry>;

export type NodeErrorCode = keyof typeof NODE_ERRORS;

function entry(meaning: string, cure: string, retryable = false): CatalogueEntry {
  return { meaning, retryable, cure };
}
