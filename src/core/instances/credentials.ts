/** Owns the credentials of instances: made at random, sealed to be read again, and a digest to check logins against. */

import type { Secrets } from '../ports.ts';
import type { InstanceRecord } from './records.ts';

const USER_LENGTH = 8;
const PASSWORD_LENGTH = 12;

type Whose = Pick<InstanceRecord, 'id' | 'owner'>;

/** Whether a name has the form that user names of instances have. */
export function looksLikeInstanceUser(name: string): boolean {
  return /^[A-Za-z0-9]{8}$/.test(name);
}

/** @param isTaken must be true for every name that is or was somebody's, or means something on the broker (I-20, I-21) */
export function newUser(secrets: Secrets, isTaken: (user: string) => boolean): string {
  for (;;) {
    const user = secrets.newPassword(USER_LENGTH);
    if (!isTaken(user)) return user;
  }
}

export function newPassword(secrets: Secrets, whose: Whose): Pick<InstanceRecord, 'sealedPassword' | 'verifier'> {
  const password = secrets.newPassword(PASSWORD_LENGTH);
  return {
    sealedPassword: secrets.seal(password, boundTo(whose)),
    verifier: secrets.mac(macText(whose.id, password)),
  };
}

/** @throws ApiError `internal` when it was sealed under another key, or for another instance or owner */
export function openPassword(secrets: Pick<Secrets, 'open'>, record: InstanceRecord): string {
  return secrets.open(record.sealedPassword, boundTo(record));
}

/** The verifier that `password` satisfies: the current one, or the former while it counts. */
export function verifierOf(
  secrets: Secrets,
  record: InstanceRecord,
  password: string,
  nowMs: number,
): string | undefined {
  const text = macText(record.id, password);
  // Both are compared, whichever fits: the time tells nothing.
  const isCurrent = secrets.isMac(record.verifier, text);
  const isFormer = secrets.isMac(record.former?.verifier ?? '', text);
  if (isCurrent) return record.verifier;
  return isFormer && record.former && counts(record.former, nowMs) ? record.former.verifier : undefined;
}

/** Whether a connection that was opened with `verifier` still may be there. */
export function isVerifierCurrent(record: InstanceRecord, verifier: string, nowMs: number): boolean {
  if (record.verifier === verifier) return true;
  return record.former !== null && record.former.verifier === verifier && counts(record.former, nowMs);
}

/** Whether the instance may be logged in to at all. While it is being created nobody knows its password but the broker that tries it. */
export function isUsable({ status, enabled, expiresAt }: InstanceRecord, nowMs: number): boolean {
  return status !== 'deleting' && enabled && (expiresAt === null || Date.parse(expiresAt) > nowMs);
}

function counts(former: NonNullable<InstanceRecord['former']>, nowMs: number): boolean {
  return Date.parse(former.until) > nowMs;
}

function boundTo({ id, owner }: Whose): string {
  return `instance:${id}:${owner}`;
}

/** As JSON, so that no two pairs run together to one text. */
function macText(id: string, password: string): string {
  return JSON.stringify([id, password]);
}
