/**
 * Owns the instance API over REST (contract, part 1): four published calls, byte for byte, and the login before them. What we
 * add is in headers, parameters and paths of its own, so that a client written for the original notices nothing.
 */

import { type Request, type Response, Router } from 'express';
import type { Logins } from '../../core/accounts/logins.ts';
import type { Sessions } from '../../core/accounts/sessions.ts';
import type { Caller } from '../../core/instances/audit.ts';
import type { ConnectionBundles } from '../../core/instances/bundles/bundles.ts';
import type { Instances } from '../../core/instances/instances.ts';
import type { InstanceRequests } from '../../core/instances/keyed-requests.ts';
import { noSuchInstance } from '../../core/instances/ledger.ts';
import type { Receipt } from '../../core/instances/provisioner.ts';
import type { InstanceRecord } from '../../core/instances/records.ts';
import { chosenKeys, instanceOf } from '../../core/instances/view.ts';
import type { Log } from '../../core/ports.ts';
import { sendJson } from '../http/answer.ts';
import { readBody } from '../http/body.ts';
import { instanceAdditions } from './additions.ts';
import { answerFailure } from './errors.ts';
import { preconditionOf, setEtag } from './etag.ts';
import { createOnce, readAnything } from './idempotency.ts';
import { loginHandler } from './login.ts';
import { chosenFields, listParameters, pageLinks } from './query.ts';
import { type CallHandler, idOf, routeFor } from './route.ts';

export interface InstancesRestPorts {
  readonly instances: Instances;
  readonly requests: InstanceRequests;
  readonly sessions: Sessions;
  readonly logins: Logins;
  readonly log: Log;
  /** What `/connection` offers; absent: the path is not there. */
  readonly bundles?: ConnectionBundles | undefined;
}

/** To be mounted at `/v1`. */
export function instancesRouter(ports: InstancesRestPorts): Router {
  const { instances, requests, sessions, logins, log } = ports;
  const router = Router();
  const route = routeFor(sessions, log);

  /** One password is opened per instance, and only where it is shown. */
  function show(caller: Caller, request: Request, records: readonly InstanceRecord[]): object[] {
    const fields = chosenFields(request.query);
    const isSecretShown = fields === undefined || fields.includes('password');
    const passwords = isSecretShown ? instances.revealPasswords(caller, records) : [];
    return records.map((record, at) => chosenKeys(instanceOf(record, passwords[at] ?? '', instances.endpoint), fields));
  }

  function sendInstance(caller: Caller, request: Request, response: Response, status: number, id: string): void {
    const record = instances.read(caller, id);
    const [body] = show(caller, request, [record]);
    setEtag(response, record);
    sendJson(response, status, body);
  }

  const list: CallHandler = (caller, request, response) => {
    const parameters = listParameters(request.query);
    const { records, total, filtered } = instances.list(caller, parameters);
    const links = pageLinks(request, parameters, filtered);
    if (links !== undefined) response.setHeader('Link', links);
    const { draw } = parameters;
    const counts = { recordsTotal: total, recordsFiltered: filtered, ...(draw === undefined ? {} : { draw }) };
    sendJson(response, 200, { mqtts: show(caller, request, records), ...counts });
  };

  const read: CallHandler = (caller, request, response) => sendInstance(caller, request, response, 200, idOf(request));

  const create: CallHandler = async (caller, request, response) => {
    const details = { label: null, expiresAt: null };
    const { id, isReplay } = await createOnce(request, caller.user.ownerId, requests, async (remember) => {
      const record = await instances.create(caller, details, remember);
      return record.id;
    });
    const { id: location } = instances.read(caller, id);
    if (isReplay) response.setHeader('Idempotency-Replayed', 'true');
    sendInstance(caller, request, response.location(`${request.baseUrl}/mqtt/${location}`), 201, id);
  };

  const remove: CallHandler = async (caller, request, response) => {
    const receipt = await instances.remove(caller, idOf(request), preconditionOf(request));
    setReceipt(response, receipt);
    // The apostrophe and the spelling are the published ones (contract 1.6).
    sendJson(response, 200, { message: "'MQTT instance succesfully removed" });
  };

  const absent = route(() => {
    throw noSuchInstance();
  });

  router.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    response.vary('Accept');
    next();
  });
  router.post('/auth/login', ...readBody, loginHandler(logins, sessions));
  router
    .route('/mqtt')
    .get(route(list, 'Error when getting MQTT instances'))
    .post(readAnything, route(create, 'Error when creating MQTT instance'));
  router
    .route('/mqtt/:id')
    .get(route(read, 'Error when getting MQTT instance'))
    .delete(route(remove, 'Error when removing MQTT instance'));
  router.use(instanceAdditions(ports, route, sendInstance));
  router.use((thrown: unknown, request: Request, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) next(thrown);
    // An id that is no percent-encoded UTF-8 is as absent as any other (I-06).
    else if (thrown instanceof URIError) void absent(request, response, next);
    else answerFailure(request, response, thrown, log, undefined);
  });
  return router;
}

function setReceipt(response: Response, { kicked, offlineDropped, retainedPurged }: Receipt): void {
  response.setHeader('X-Receipt-Kicked', kicked);
  response.setHeader('X-Receipt-Offline-Dropped', offlineDropped);
  response.setHeader('X-Receipt-Retained-Purged', retainedPurged);
}
