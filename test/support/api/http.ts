/** Owns the request API as an HTTP client speaks it: an envelope to method, path and body, and the answer back. */

import type { ErrorBody } from '../../../src/protocol/api-error.ts';
import type { Command } from '../../../src/protocol/verbs.ts';
import type { Answer, ApiRequest } from '../../contracts/api/api.contract.ts';

const METHODS: Readonly<Record<Command, string>> = {
  list: 'GET',
  read: 'GET',
  create: 'POST',
  update: 'PUT',
  delete: 'DELETE',
};

/** @param url of the service, without `/api` */
export async function requestOverHttp(url: string, request: ApiRequest): Promise<Answer> {
  const { command, module, entity, payload, token } = request;
  const target = new URL(`/api/${module}${entity === undefined ? '' : `/${encodeURIComponent(entity)}`}`, url);
  if (command === 'list')
    for (const [key, value] of Object.entries(payload ?? {})) target.searchParams.set(key, String(value));
  const carriesBody = payload !== undefined && command !== 'list';
  const response = await fetch(target, {
    method: METHODS[command],
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(carriesBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(carriesBody ? { body: JSON.stringify(payload) } : {}),
  });
  const text = await response.text();
  if (response.ok) return { ok: true, value: parsed(text, response.headers.get('content-type')) };
  const { error }: ErrorBody = JSON.parse(text);
  return { ok: false, error };
}

/** HTTP writes a scalar as plain text, which does not tell 7 from "7". */
function parsed(text: string, type: string | null): unknown {
  if (text === '') return undefined;
  if (type?.startsWith('application/json')) return JSON.parse(text);
  return /^\d+$/.test(text) ? Number(text) : text;
}
