/** Owns the strong ETag of an instance, and `If-Match`: a change that was meant for another state changes nothing (RFC 9110, 13.1.1). */

import type { Request, Response } from 'express';
import type { Precondition } from '../../core/instances/ledger.ts';
import type { InstanceRecord } from '../../core/instances/records.ts';
import { HttpRefusal } from './errors.ts';

export function setEtag(response: Response, record: InstanceRecord): void {
  response.setHeader('ETag', etagOf(record));
}

/** Without `If-Match` everything goes, as published. */
export function preconditionOf({ headers }: Request): Precondition {
  const tags = headers['if-match']?.split(',').map((tag) => tag.trim());
  return (current) => {
    // Weak tags never match here.
    if (tags === undefined || tags.includes('*') || tags.includes(etagOf(current))) return;
    throw new HttpRefusal(412, 'The MQTT instance has changed meanwhile');
  };
}

function etagOf({ id, revision }: InstanceRecord): string {
  return `"${id}-${revision}"`;
}
