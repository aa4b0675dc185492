/** Owns which action on which instance a message asks for; refuses what cannot be one before anything is sent. */

import type { InstanceCall } from './instance-account.ts';
import {
  concernsOne,
  INSTANCE_ACTIONS,
  type InstanceAction,
  isInstanceAction,
  LONGEST_OVERLAP_SECONDS,
  LONGEST_TIMEOUT_SECONDS,
} from './instance-actions.ts';
import type { ListQuery } from './instance-list.ts';
import type { TypedValues } from './typed-value.ts';

/** Properties of the dialog; most have their type beside them. */
export interface InstanceFields {
  readonly action: string;
  readonly actionType: string;
  readonly entity: string;
  readonly entityType: string;
  /** That the instance which the dialog names may be deleted. */
  readonly confirmed: boolean;
  readonly overlap: string;
  readonly overlapType: string;
  readonly search: string;
  readonly searchType: string;
  readonly offset: string;
  readonly offsetType: string;
  readonly limit: string;
  readonly limitType: string;
  readonly order: 'asc' | 'desc';
  readonly timeout: string;
  readonly timeoutType: string;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

/** @throws Error in words for the user */
export async function actionOf(fields: InstanceFields, values: TypedValues): Promise<InstanceAction> {
  const action = await values.readText(fields.action, fields.actionType);
  if (isInstanceAction(action)) return action;
  const found = action === undefined ? 'empty' : JSON.stringify(action.slice(0, 20));
  throw new Error(`the action must be one of ${INSTANCE_ACTIONS.join(', ')}, not ${found}`);
}

/**
 * @param action not `list`
 * @throws Error in words for the user
 */
export async function callOf(
  action: InstanceAction,
  fields: InstanceFields,
  values: TypedValues,
): Promise<InstanceCall> {
  if (!concernsOne(action)) return { method: 'POST', path: '/mqtt' };
  const entity = await values.readText(fields.entity, fields.entityType);
  if (entity === undefined) throw new Error(`${action} needs the id of an instance`);
  // Dots and slashes would make it another path.
  if (!/^[\w-]+$/.test(entity)) throw new Error('the id of an instance has letters and digits only');
  const path = `/mqtt/${entity}`;
  if (action === 'read') return { method: 'GET', path };
  if (action === 'usage') return { method: 'GET', path: `${path}/usage` };
  if (action === 'disconnect') return { method: 'POST', path: `${path}/disconnect` };
  if (action === 'rotate') return { method: 'POST', path: `${path}/rotate`, body: await overlapOf(fields, values) };
  if (fields.entityType === 'record' && !fields.confirmed) {
    throw new Error('deleting the instance that the dialog names must be confirmed there');
  }
  return { method: 'DELETE', path };
}

/** @throws Error in words for the user */
export async function queryOf(fields: InstanceFields, values: TypedValues): Promise<ListQuery> {
  return {
    search: await values.readText(fields.search, fields.searchType),
    offset: await count(values, fields.offset, fields.offsetType, 'offset'),
    limit: await count(values, fields.limit, fields.limitType, 'limit'),
    order: fields.order,
  };
}

/** @throws Error in words for the user */
export async function callTimeoutMsOf(fields: InstanceFields, values: TypedValues): Promise<number> {
  const text = await readNumeral(values, fields.timeout, fields.timeoutType);
  const seconds = Number(text ?? DEFAULT_TIMEOUT_SECONDS);
  if (seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS) return seconds * 1000;
  throw new Error(`the timeout must be more than 0 and at most ${LONGEST_TIMEOUT_SECONDS} seconds`);
}

/** Without one the server has its own. */
async function overlapOf(fields: InstanceFields, values: TypedValues): Promise<object> {
  const seconds = await count(values, fields.overlap, fields.overlapType, 'overlap');
  if (seconds === undefined) return {};
  if (seconds > LONGEST_OVERLAP_SECONDS)
    throw new Error(`the overlap must be at most ${LONGEST_OVERLAP_SECONDS} seconds`);
  return { overlap_seconds: seconds };
}

async function count(values: TypedValues, value: string, type: string, name: string): Promise<number | undefined> {
  const text = await readNumeral(values, value, type);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`the ${name} must be a whole number from 0 on`);
  return Number(text);
}

/** Node-RED takes an empty number for 0. */
async function readNumeral(values: TypedValues, value: string, type: string): Promise<string | undefined> {
  return type === 'num' && value.trim() === '' ? undefined : values.readText(value, type);
}
