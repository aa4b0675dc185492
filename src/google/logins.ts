/**
 * Owns the logins at Google: renews each before it ends, and tells the bus when one is renewed, lost or found again.
 * Only Google's word that the grant is void takes tokens away (N-38).
 */

import type { Bus, ToldEvent } from '../core/bus.ts';
import {
  CREDENTIALS,
  type CredentialRecord,
  type OauthClient,
  openPart,
  sealPart,
} from '../core/google/credentials.ts';
import type { GoogleTokens } from '../core/google/google.ts';
import { keepEvents } from '../core/happened/outbox.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { createDeadlines } from '../core/timing/deadlines.ts';
import { isoOffset, isoZulu } from '../core/wire-time.ts';
import type { BridgeEvent, CredentialsEventName } from '../protocol/events.ts';
import { type Answer, type Failure, failed, granted } from './answer.ts';
import { createHolds } from './holds.ts';
import type { TokenClient } from './token-client.ts';

export interface Logins {
  /**
   * A token that is good for now; renews the login first where it must.
   * @param spent a token that Google has just refused
   */
  accessToken(credentialId: string, spent?: string): Promise<Answer<string>>;
  /** The client behind the credentials; undefined where there are none, or they cannot be opened. */
  client(credentialId: string): OauthClient | undefined;
  /** Sees to it from now on that the login does not run out. */
  watch(credentialId: string): void;
  /** Somebody else sees to it. */
  leave(credentialId: string): void;
  close(): Promise<void>;
}

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: Bus;
  readonly random: () => number;
  readonly tokens: Pick<TokenClient, 'refresh'>;
}

interface Login {
  readonly record: CredentialRecord;
  readonly client: OauthClient;
  readonly tokens: GoogleTokens;
}

/** A token with less left may be over when it arrives. */
const TOO_SHORT_MS = 30_000;
const EARLIEST_MS = 5 * 60_000;
const LATEST_MS = 2 * 60_000;
/** A client that Google does not know may be restored; nothing here can hasten it. */
const UNKNOWN_CLIENT_MS = 60 * 60_000;

const TESTING_HINT =
  'If the consent screen of the Google project is in testing, Google ends every login after 7 days: publish it to production, then authorise again';

export function createLogins({ store, secrets, clock, log, bus, random, tokens }: Ports): Logins {
  const records = store.collection(CREDENTIALS);
  const renewals = new Map<string, Promise<Answer<string>>>();
  const holds = createHolds(clock, random);
  /** Told to be unauthenticated, although the tokens are kept. */
  const refused = new Set<string>();
  const deadlines = createDeadlines(clock, (id) => void keepUp(id));

  function read(id: string): Login | undefined {
    const record = records.get(id);
    if (!record || record.sealedTokens === null) return undefined;
    try {
      const client = openPart(secrets, id, 'client', record.sealedClient);
      return { record, client, tokens: openPart(secrets, id, 'tokens', record.sealedTokens) };
    } catch (error) {
      log.error(
        { err: error, credentialId: id },
        'credentials cannot be opened: were they sealed with another APP_KEY?',
      );
      return undefined;
    }
  }

  async function keepUp(id: string): Promise<void> {
    const login = read(id);
    if (!login) return;
    // Authorised anew in the meantime.
    if (renewAtMs(login.tokens, 1) > clock.now()) watch(id);
    else await renew(id);
  }

  function watch(id: string): void {
    const login = read(id);
    if (login) deadlines.set(id, renewAtMs(login.tokens, random()));
  }

  /** One renewal at a time: who asks meanwhile gets its answer. */
  function renew(id: string): Promise<Answer<string>> {
    const running = renewals.get(id);
    if (running !== undefined) return running;
    const failure = holds.why(id);
    if (failure) return Promise.resolve({ ok: false, failure });
    const renewal = renewOnce(id)
      .catch((error: unknown) => {
        log.error({ err: error, credentialId: id }, 'a renewed login could not be kept');
        return hindered(id, { message: 'The renewed login could not be kept', code: 'INTERNAL', status: 500 });
      })
      .finally(() => renewals.delete(id));
    renewals.set(id, renewal);
    return renewal;
  }

  async function renewOnce(id: string): Promise<Answer<string>> {
    const login = read(id);
    if (!login) return NOT_AUTHORISED;
    const answer = await tokens.refresh(login.client, login.tokens);
    if (answer.ok) return renewed(login, answer.value);
    const { code } = answer.failure;
    if (code === 'invalid_grant') return lost(login);
    if (code === 'invalid_client' && !refused.has(id)) {
      refused.add(id);
      const error = 'Google does not know this client or its secret (invalid_client)';
      tell([eventOf('unauthenticated', login.record, { error })]);
    }
    return hindered(id, answer.failure);
  }

  async function renewed(login: Login, fresh: GoogleTokens): Promise<Answer<string>> {
    const { id } = login.record;
    const told = eventOf(refused.has(id) ? 'authenticated' : 'reauthenticated', login.record);
    const kept = await replaceTokens(login.record, fresh, [told]);
    holds.clear(id);
    watch(id);
    if (kept) refused.delete(id);
    tell(kept ?? []);
    // Somebody authorised anew, or deleted the credentials, while we asked: then that counts.
    const now = kept ? fresh : read(id)?.tokens;
    return now ? granted(now.accessToken) : NOT_AUTHORISED;
  }

  async function lost({ record }: Login): Promise<Answer<string>> {
    const error = `Google has ended the authorisation (invalid_grant). ${TESTING_HINT}`;
    // Credentials that were told to be unauthenticated before are no news.
    const news = refused.has(record.id) ? [] : [eventOf('unauthenticated', record, { error })];
    const kept = await replaceTokens(record, null, news);
    if (!kept) return NOT_AUTHORISED;
    deadlines.set(record.id, undefined);
    holds.clear(record.id);
    log.warn({ credentialId: record.id }, error);
    refused.delete(record.id);
    tell(kept);
    return NOT_AUTHORISED;
  }

  function hindered(id: string, failure: Failure): Answer<string> {
    const { failures, pauseMs } = holds.add(id, failure, refused.has(id) ? UNKNOWN_CLIENT_MS : 0);
    deadlines.set(id, clock.now() + pauseMs);
    log.warn({ credentialId: id, failures, pauseMs, failure }, 'a login could not be renewed; trying again');
    return { ok: false, failure };
  }

  /** With what is to be told of it. @returns that, as it was kept; undefined when the record has changed since it was read */
  function replaceTokens(
    read: CredentialRecord,
    fresh: GoogleTokens | null,
    events: readonly BridgeEvent[],
  ): Promise<readonly ToldEvent[] | undefined> {
    return store.commit((tx) => {
      const rows = tx.collection(CREDENTIALS);
      const now = rows.get(read.id);
      if (now?.sealedTokens !== read.sealedTokens) return undefined;
      const sealedTokens = fresh && sealPart(secrets, read.id, 'tokens', fresh);
      rows.put({ ...now, sealedTokens, updatedAt: isoOffset(clock.now()) });
      return keepEvents(tx, events);
    });
  }

  function eventOf(event: CredentialsEventName, { id, description }: CredentialRecord, more: object = {}): BridgeEvent {
    const at = isoZulu(clock.now());
    return { domain: 'credentials', event, entity: Number(id), details: { description, ...more }, at };
  }

  function tell(events: readonly ToldEvent[]): void {
    for (const event of events) bus.emit('event', event);
  }

  return {
    async accessToken(id, spent) {
      const login = read(id);
      if (!login) return NOT_AUTHORISED;
      const { accessToken, expiresAtMs } = login.tokens;
      const isGood = accessToken !== spent && expiresAtMs - clock.now() > TOO_SHORT_MS;
      return isGood ? granted(accessToken) : renew(id);
    },
    client: (id) => read(id)?.client,
    watch,
    leave: (id) => deadlines.set(id, undefined),
    async close() {
      deadlines.close();
      await Promise.all(renewals.values());
      // What was under way may have set another one.
      deadlines.close();
    },
  };
}

const NOT_AUTHORISED = failed(401, 'UNAUTHENTICATED', 'These credentials are not authorised');

/** @param share of the time between the latest and the earliest moment, so that not all logins are renewed at once */
function renewAtMs({ expiresAtMs }: GoogleTokens, share: number): number {
  return expiresAtMs - LATEST_MS - share * (EARLIEST_MS - LATEST_MS);
}
