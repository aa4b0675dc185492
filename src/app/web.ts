/** Owns the pages for people: who looks at the console and what they may do, and what the page after Google's consent does. */

import type { Router } from 'express';
import type { Config } from '../config/config.ts';
import type { Registry } from '../core/requests/registry.ts';
import type { Following } from '../follow/start-follow.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Looker } from '../protocol/entities/status.ts';
import { bearerOf } from '../transports/http/envelope.ts';
import { VERSION } from '../version.ts';
import { consentPage } from '../web/consent/page.ts';
import { rootPage } from '../web/root/page.ts';
import { statusDocument } from '../web/root/status.ts';
import type { Core } from './core.ts';
import type { Checks } from './health/checks.ts';

interface Parts extends Core {
  readonly checks: Checks;
  readonly registry: Registry;
  readonly following: Following | undefined;
}

/** To be mounted at `/`, behind everything else. */
export function rootRoutes(config: Config, { checks, registry, following, ...parts }: Parts): Router {
  const sources = {
    clock: parts.clock,
    registry,
    version: VERSION,
    mode: config.mode,
    baseTopic: config.mqtt.baseTopic,
    eventTopics: config.mqtt.eventTopics,
    checks: following ? checksBeside(checks, following) : checks,
  };
  return rootPage({
    lookerOf: (authorization) => lookerOf(authorization, parts.sessions, following),
    document: (looker) => statusDocument(sources, looker),
  });
}

/** The users are those of the followed server. */
function checksBeside({ setup: _, ...checks }: Checks, following: Following): Checks {
  return { ...checks, nestmtx: () => ({ healthy: following.isReadable || null }) };
}

/** To be mounted at `/`. Asks the API as the operator: as good as the administrator who was given the link. */
export function consentRoutes(registry: Registry, { secrets, sessions }: Pick<Core, 'secrets' | 'sessions'>): Router {
  return consentPage(async (entity) => {
    const request = { command: 'read', module: 'credentials', requestId: secrets.newUuid(), entity } as const;
    const outcome = await registry.execute({ ...request, token: sessions.operatorToken() }, { transport: 'http' });
    if (!outcome.ok) throw outcome.error;
  });
}

async function lookerOf(
  authorization: string | undefined,
  sessions: Core['sessions'],
  following: Following | undefined,
): Promise<Looker | undefined> {
  const token = bearerOf(authorization);
  if (token === undefined) return undefined;
  const session = (following?.sessions ?? sessions).find(token);
  if (session) return { id: session.user.id, name: session.user.username, role: session.user.role };
  const accepted = following ? await following.accepts(token) : false;
  if (accepted === undefined) throw new ApiError('unavailable', { message: 'NestMTX cannot be asked about the token' });
  return accepted ? { id: null, name: null, role: 'user' } : undefined;
}
