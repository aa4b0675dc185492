/** Owns the calls on an instance that the original API never had (contract 3.6): change, rotate, disconnect, and look closer. */

import { type Request, type Response, Router } from 'express';
import type { Caller } from '../../core/instances/audit.ts';
import type { ConnectionBundles } from '../../core/instances/bundles/bundles.ts';
import { changesOf } from '../../core/instances/changes.ts';
import type { Instances } from '../../core/instances/instances.ts';
import type { LiveSession } from '../../core/instances/provisioner.ts';
import type { InstanceCounters, InstanceUsageReport } from '../../core/instances/usage/usage.ts';
import { instanceOf } from '../../core/instances/view.ts';
import { payloadCheck, type Schema } from '../../core/requests/validation.ts';
import {
  INSTANCE_ROTATE,
  INSTANCE_UPDATE,
  type InstanceRotate,
  type InstanceUpdate,
} from '../../protocol/entities/instance.ts';
import type { JsonObject } from '../../protocol/envelope.ts';
import { sendJson } from '../http/answer.ts';
import { readBody } from '../http/body.ts';
import { HttpRefusal } from './errors.ts';
import { preconditionOf } from './etag.ts';
import { lastText } from './query.ts';
import { type CallHandler, idOf, type Route } from './route.ts';

interface Ports {
  readonly instances: Instances;
  readonly bundles?: ConnectionBundles | undefined;
}

type SendInstance = (caller: Caller, request: Request, response: Response, status: number, id: string) => void;

export function instanceAdditions({ instances, bundles }: Ports, route: Route, sendInstance: SendInstance): Router {
  const router = Router();
  /** The original API knows no administrators: here they reach what is anybody's. */
  const ours = (handler: CallHandler) =>
    route((caller, request, response) => handler({ ...caller, reach: 'everybody' }, request, response));

  const update: CallHandler = async (caller, request, response) => {
    const changes = changesOf(checkedBody<InstanceUpdate>(request, checkUpdate));
    const { id } = await instances.update(caller, idOf(request), changes, preconditionOf(request));
    sendInstance(caller, request, response, 200, id);
  };

  const rotate: CallHandler = async (caller, request, response) => {
    const { overlap_seconds } = checkedBody<InstanceRotate>(request, checkRotate);
    const { id } = await instances.rotate(caller, idOf(request), overlap_seconds, preconditionOf(request));
    sendInstance(caller, request, response, 200, id);
  };

  const disconnect: CallHandler = async (caller, request, response) => {
    sendJson(response, 200, { disconnected: await instances.disconnect(caller, idOf(request)) });
  };

  const sessions: CallHandler = async (caller, request, response) => {
    const id = idOf(request);
    const live = await instances.sessions(caller, id);
    const { lastSeen } = instances.usage(caller, id);
    sendJson(response, 200, {
      sessions: live.map(sessionObject),
      last_seen: lastSeen?.at ?? null,
      last_address: lastSeen?.address ?? null,
      last_client_id: lastSeen?.clientId ?? null,
    });
  };

  const usage: CallHandler = (caller, request, response) => {
    const report = instances.usage(caller, idOf(request));
    sendJson(response, 200, { ...usageObject(report), plan: { instances: instances.plan(caller) } });
  };

  const aclCheck: CallHandler = (caller, { query, params }, response) => {
    const { id } = instances.read(caller, String(params['id']));
    const [topic, action] = [lastText(query, 'topic'), lastText(query, 'action')];
    if (topic === undefined) throw new HttpRefusal(400, 'topic is a mandatory field');
    if (action !== 'publish' && action !== 'subscribe') {
      throw new HttpRefusal(400, 'action must be one of publish, subscribe');
    }
    const { allowed, rule } = instances.checkTopic(caller, id, action, topic);
    sendJson(response, 200, { allowed, rule, action, topic });
  };

  router.put('/mqtt/:id', ...readBody, ours(update));
  router.post('/mqtt/:id/rotate', ...readBody, ours(rotate));
  router.post('/mqtt/:id/disconnect', ours(disconnect));
  router.get('/mqtt/:id/sessions', ours(sessions));
  router.get('/mqtt/:id/usage', ours(usage));
  router.get('/mqtt/:id/acl-check', ours(aclCheck));
  if (bundles) router.get('/mqtt/:id/connection', ours(connection(instances, bundles)));
  return router;
}

/** Without `?kind=`: all of them, as texts by name. */
function connection(instances: Instances, { kinds, make }: ConnectionBundles): CallHandler {
  return async (caller, request, response) => {
    const record = instances.read(caller, idOf(request));
    const kind = lastText(request.query, 'kind');
    if (kind !== undefined && !kinds.includes(kind)) {
      throw new HttpRefusal(400, `kind must be one of ${kinds.join(', ')}`);
    }
    const [password = ''] = instances.revealPasswords(caller, [record]);
    const instance = instanceOf(record, password, instances.endpoint);
    if (kind === undefined) {
      const texts = kinds.map(async (name) => [name, (await make(name, instance))?.text]);
      sendJson(response, 200, Object.fromEntries(await Promise.all(texts)));
      return;
    }
    const bundle = await make(kind, instance);
    response.setHeader('Content-Type', bundle?.contentType ?? 'text/plain; charset=utf-8');
    response.end(bundle?.text);
  };
}

const checkUpdate = payloadCheck(INSTANCE_UPDATE satisfies Schema);
const checkRotate = payloadCheck(INSTANCE_ROTATE satisfies Schema);

/** Sound because the check accepts exactly what the schema describes. */
function checkedBody<Body>({ body = {} }: Request, check: (payload: JsonObject) => void): Body {
  check(body);
  return body as Body;
}

function sessionObject({ clientId, address, since, protocolVersion }: LiveSession): object {
  return {
    client_id: clientId,
    address: address ?? null,
    since: since ?? null,
    protocol_version: protocolVersion ?? null,
  };
}

function usageObject({ counters, history, lastSeen }: InstanceUsageReport): object {
  return {
    ...countersObject(counters),
    last_seen: lastSeen?.at ?? null,
    history: history.map((period) => ({ since: period.since, ...countersObject(period) })),
  };
}

function countersObject(counters: InstanceCounters): object {
  return {
    messages_received: counters.messagesReceived,
    messages_sent: counters.messagesSent,
    bytes_received: counters.bytesReceived,
    bytes_sent: counters.bytesSent,
    peak_connections: counters.peakConnections,
    refused_logins: counters.refusedLogins,
  };
}
