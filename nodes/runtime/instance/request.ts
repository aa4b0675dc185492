/** Owns which action on which instance a message asks for; refuses what cannot be one before anything is sent. */

import { NodeError } from '../node-error.ts';
import type { TypedValues } from '../typed-value.ts';
import type { InstanceCall } from './account.ts';
import {
  BUNDLES,
  INSTANCE_ACTIONS,
  type InstanceAction,
  isInstanceAction,
  LONGEST_OVERLAP_SECONDS,
  LONGEST_TIMEOUT_SECONDS,
  RIGHTS,
} from './actions.ts';
import { changesOf } from './changes.ts';
import { ifMatchOf } from './conditions.ts';
import type { ListQuery } from './list.ts';
import type { InstanceFields } from './settings.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;

/** @throws NodeError `invalid_value` */
export async function actionOf(fields: InstanceFields, values: TypedValues): Promise<InstanceAction> {
  const action = await values.readText('the action', fields.action, fields.actionType);
  if (isInstanceAction(action)) return action;
  throw invalid(`the action must be ${oneOf(INSTANCE_ACTIONS, action)}`);
}

/** @throws NodeError `invalid_value` */
export async function callOf(
  action: Exclude<InstanceAction, 'list' | 'create'>,
  fields: InstanceFields,
  values: TypedValues,
): Promise<InstanceCall> {
  const path = `/mqtt/${await entityOf(action, fields, values)}`;
  switch (action) {
    case 'read':
      return { method: 'GET', path };
    case 'sessions':
    case 'usage':
      return { method: 'GET', path: `${path}/${action}` };
    case 'acl-check':
      return { method: 'GET', path: `${path}/acl-check?${await rightOf(fields, values)}` };
    case 'connection':
      return { method: 'GET', path: `${path}/connection${await bundleOf(fields, values)}` };
    case 'disconnect':
      return { method: 'POST', path: `${path}/disconnect` };
    case 'rotate': {
      const body = await overlapOf(fields, values);
      return { method: 'POST', path: `${path}/rotate`, body, headers: await ifMatchOf(fields, values) };
    }
    case 'update': {
      const body = await changesOf(fields, values);
      return { method: 'PUT', path, body, headers: await ifMatchOf(fields, values) };
    }
    case 'delete':
      if (fields.entityType === 'record' && !fields.confirmed) {
        throw new NodeError('not_confirmed', 'deleting the instance that the dialog names must be confirmed there');
      }
      return { method: 'DELETE', path, headers: await ifMatchOf(fields, values) };
  }
}

/** @throws NodeError `invalid_value` */
export async function queryOf(fields: InstanceFields, values: TypedValues): Promise<ListQuery> {
  return {
    search: await values.readText('the search', fields.search, fields.searchType),
    offset: await count(values, fields.offset, fields.offsetType, 'offset'),
    limit: await count(values, fields.limit, fields.limitType, 'limit'),
    order: fields.order,
  };
}

/** @throws NodeError `invalid_value` */
export async function callTimeoutMsOf(fields: InstanceFields, values: TypedValues): Promise<number> {
  const text = await values.readText('the timeout', fields.timeout, fields.timeoutType);
  const seconds = Number(text ?? DEFAULT_TIMEOUT_SECONDS);
  if (seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS) return seconds * 1000;
  throw invalid(`the timeout must be more than 0 and at most ${LONGEST_TIMEOUT_SECONDS} seconds`);
}

async function entityOf(action: InstanceAction, fields: InstanceFields, values: TypedValues): Promise<string> {
  const entity = await values.readText('the instance', fields.entity, fields.entityType);
  if (entity === undefined) throw invalid(`${action} needs the id of an instance`);
  // Dots and slashes would make it another path.
  if (!/^[\w-]+$/.test(entity)) throw invalid('the id of an instance has letters and digits only');
  return entity;
}

/** Without one the server has its own. */
async function overlapOf(fields: InstanceFields, values: TypedValues): Promise<object> {
  const seconds = await count(values, fields.overlap, fields.overlapType, 'overlap');
  if (seconds === undefined) return {};
  if (seconds > LONGEST_OVERLAP_SECONDS)
    throw invalid(`the overlap must be at most ${LONGEST_OVERLAP_SECONDS} seconds`);
  return { overlap_seconds: seconds };
}

async function rightOf(fields: InstanceFields, values: TypedValues): Promise<URLSearchParams> {
  const action = await values.readText('the right', fields.right, fields.rightType);
  if (!RIGHTS.some((right) => right === action)) throw invalid(`the right must be ${oneOf(RIGHTS, action)}`);
  const topic = await values.readText('the topic', fields.topic, fields.topicType);
  if (topic === undefined) throw invalid('acl-check needs a topic');
  return new URLSearchParams({ action: String(action), topic });
}

async function bundleOf(fields: InstanceFields, values: TypedValues): Promise<string> {
  const kind = (await values.readText('the bundle', fields.bundle, fields.bundleType)) ?? 'all';
  if (!BUNDLES.some((bundle) => bundle === kind)) throw invalid(`the bundle must be ${oneOf(BUNDLES, kind)}`);
  return kind === 'all' ? '' : `?kind=${kind}`;
}

async function count(values: TypedValues, value: string, type: string, name: string): Promise<number | undefined> {
  const text = await values.readText(`the ${name}`, value, type);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`the ${name} must be a whole number from 0 on`);
  return Number(text);
}

function invalid(message: string): NodeError {
  return new NodeError('invalid_value', message);
}

function oneOf(known: readonly string[], found: string | undefined): string {
  return `one of ${known.join(', ')}, not ${found === undefined ? 'empty' : JSON.stringify(found.slice(0, 20))}`;
}
