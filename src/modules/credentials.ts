/** Owns the `credentials` module (contract 2.7, N-37, N-38, N-43). Secrets go in and never come out; no link is good twice. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import {
  CREDENTIALS,
  type CredentialRecord,
  openPart,
  type PendingAuthorization,
  sealPart,
} from '../core/google/credentials.ts';
import type { CodeExchange, GoogleTokenEndpoint, GoogleTokens } from '../core/google/google.ts';
import { keepEvents } from '../core/happened/outbox.ts';
import { listPage } from '../core/paging.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import { isoOffset, isoZulu } from '../core/wire-time.ts';
import { ApiError } from '../protocol/api-error.ts';
import {
  AUTHORIZED,
  type Authorized,
  CREDENTIAL,
  CREDENTIAL_CREATE,
  CREDENTIAL_ID,
  CREDENTIAL_UPDATE,
  type CredentialCreate,
  type CredentialUpdate,
  NEXT_LINK,
} from '../protocol/entities/credentials.ts';
import { pageOf } from '../protocol/entities/page.ts';
import type { BridgeEvent } from '../protocol/events.ts';
import { consentUrl, deviceAccessUrl, isGrantedFor, newPending, parseAnswer } from './authorization.ts';
import { credentialObject } from './credential-object.ts';
import { findRow } from './entity.ts';

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly google: GoogleTokenEndpoint;
  readonly cameras: Cameras;
  readonly bus: Bus;
  /** When the subscription of these credentials last answered; nobody asks where it is absent. */
  readonly heardAtMs?: ((credentialId: string) => number | undefined) | undefined;
}

export function credentialsModule(ports: Ports): Module {
  const { store, secrets, clock, google, cameras, bus, heardAtMs = () => undefined } = ports;

  async function create({ payload }: Call): Promise<number> {
    const {
      description,
      oauth_client_id,
      oauth_client_secret,
      dac_project_id = null,
      ...rest
    } = payload as CredentialCreate;
    const client = { clientId: oauth_client_id, clientSecret: oauth_client_secret, dacProjectId: dac_project_id };
    const now = isoOffset(clock.now());
    // Nobody has authorised them yet, so there is nothing to be asked with and nobody to be told.
    return store.commit((tx) => {
      const id = String(tx.nextId('credentials'));
      tx.collection(CREDENTIALS).put({
        id,
        description,
        checksum: secrets.checksum(oauth_client_id),
        sealedClient: sealPart(secrets, id, 'client', client),
        sealedTokens: null,
        sealedPending: null,
        tokenRedirectUrl: null,
        createdAt: now,
        updatedAt: now,
        ...(rest.pubsub_subscription && { subscription: rest.pubsub_subscription }),
      });
      return Number(id);
    });
  }

  /** Answers the next step for a person: the consent page, or, once we are let in, the page to choose devices on. */
  async function nextLink({ entity, payload }: Call): Promise<string> {
    const { origin, pubsub_subscription } = payload as CredentialUpdate;
    const { id, link } = await store.commit((tx) => {
      const rows = tx.collection(CREDENTIALS);
      const record = listeningAt(findRow(rows, entity), pubsub_subscription);
      const client = openPart(secrets, record.id, 'client', record.sealedClient);
      if (isLetIn(record)) {
        rows.put(record);
        return { id: record.id, link: deviceAccessUrl(client) };
      }
      const pending = newPending(origin, secrets, clock.now());
      rows.put({ ...record, sealedPending: sealPart(secrets, record.id, 'pending', pending) });
      return { id: record.id, link: consentUrl(record, client, pending, secrets) };
    });
    if (pubsub_subscription !== undefined) bus.emit('credentialsChanged', { credentialId: id });
    return link;
  }

  function isLetIn(record: CredentialRecord): boolean {
    const { id, sealedTokens } = record;
    return sealedTokens !== null && isGrantedFor(record, openPart(secrets, id, 'tokens', sealedTokens).scope);
  }

  async function authorize({ entity }: Call): Promise<Authorized> {
    const { code, id, nonce } = parseAnswer(entity);
    const exchange = await redeem(id, code, nonce);
    const tokens = await google.exchangeCode(exchange);
    await keep(id, tokens, exchange.redirectUri);
    return { success: true };
  }

  /** Takes the pending authorisation away before Google is asked, so that of two equal answers one is refused. */
  function redeem(id: string, code: string, nonce: unknown): Promise<CodeExchange> {
    return store.commit((tx) => {
      const rows = tx.collection(CREDENTIALS);
      const record = findRow(rows, id);
      const { redirectUri, codeVerifier } = pendingOf(record, nonce);
      rows.put({ ...record, sealedPending: null });
      const { clientId, clientSecret } = openPart(secrets, record.id, 'client', record.sealedClient);
      return { clientId, clientSecret, code, redirectUri, codeVerifier };
    });
  }

  function pendingOf({ id, sealedPending }: CredentialRecord, nonce: unknown): PendingAuthorization {
    const pending = sealedPending === null ? undefined : openPart(secrets, id, 'pending', sealedPending);
    if (!pending || pending.nonce !== nonce || clock.now() >= pending.expiresAtMs) {
      throw new ApiError('authorization_state');
    }
    return pending;
  }

  async function keep(id: string, tokens: GoogleTokens, tokenRedirectUrl: string): Promise<void> {
    const at = clock.now();
    const told = await store.commit((tx) => {
      const rows = tx.collection(CREDENTIALS);
      const record = findRow(rows, id);
      const sealedTokens = sealPart(secrets, record.id, 'tokens', tokens);
      rows.put({ ...record, sealedTokens, tokenRedirectUrl, updatedAt: isoOffset(at) });
      return record.sealedTokens === null ? keepEvents(tx, [authenticated(record, at)]) : [];
    });
    bus.emit('credentialsChanged', { credentialId: id });
    for (const event of told) bus.emit('event', event);
  }

  async function remove({ entity }: Call): Promise<void> {
    const id = await cameras.change((tx, tell) => {
      const record = findRow(tx.collection(CREDENTIALS), entity);
      tx.collection(CREDENTIALS).delete(record.id);
      const rows = tx.collection(CAMERAS);
      const own = [...rows.values()].filter(({ credentialId }) => String(credentialId) === record.id);
      for (const camera of own) {
        rows.delete(camera.id);
        tell('removed', camera);
      }
      return record.id;
    });
    bus.emit('credentialsChanged', { credentialId: id });
  }

  return {
    name: 'credentials',
    summary: 'Manage the credentials of Google projects with Nest cameras',
    operations: {
      list: {
        summary: 'Search and list credentials, without their secrets',
        result: pageOf(CREDENTIAL),
        run: ({ payload }) =>
          listPage(payload, {
            rows: store.collection(CREDENTIALS).values(),
            id: ({ id }) => Number(id),
            searched: ({ description }) => [description],
            present: (record) => credentialObject(record, { secrets, clock, heardAtMs }),
          }),
      },
      create: {
        summary: 'Add credentials',
        schema: CREDENTIAL_CREATE,
        writtenBack: CREDENTIAL,
        result: CREDENTIAL_ID,
        run: create,
      },
      read: {
        summary: "Authorise credentials with the answer of Google's consent page",
        result: AUTHORIZED,
        run: authorize,
      },
      update: {
        summary: 'Get the link to authorise, or to choose devices',
        schema: CREDENTIAL_UPDATE,
        writtenBack: CREDENTIAL,
        result: NEXT_LINK,
        run: nextLink,
      },
      delete: { summary: 'Delete credentials and the cameras that came with them', run: remove },
    },
  };
}

/** @param subscription null takes it away; undefined leaves it as it is */
function listeningAt(record: CredentialRecord, subscription: string | null | undefined): CredentialRecord {
  if (subscription === undefined) return record;
  const { subscription: _before, ...rest } = record;
  return subscription === null ? rest : { ...rest, subscription };
}

function authenticated({ id, description }: CredentialRecord, atMs: number): BridgeEvent {
  const at = isoZulu(atMs);
  return { domain: 'credentials', event: 'authenticated', entity: Number(id), details: { description }, at };
}
