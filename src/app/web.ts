/** Owns the pages for people: who looks at the status page and what they are shown, and what the page after Google's consent does. */

import type { Router } from 'express';
import type { Config } from '../config/config.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { Endpoint } from '../core/instances/view.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { Registry } from '../core/requests/registry.ts';
import type { Following } from '../follow/start-follow.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { CameraAction } from '../protocol/entities/camera.ts';
import { bearerOf } from '../transports/http/envelope.ts';
import { VERSION } from '../version.ts';
import { consentPage } from '../web/consent/page.ts';
import { statusDocument, type Viewer } from '../web/status/document.ts';
import { statusPage } from '../web/status/page.ts';
import { rememberEvents } from '../web/status/recent-events.ts';
import type { Core } from './core.ts';
import type { Checks } from './health/checks.ts';

interface Parts extends Core {
  readonly checks: Checks;
  readonly endpoint: Endpoint | undefined;
  readonly following: Following | undefined;
}

/** To be mounted at `/`, behind everything else. */
export function statusRoutes(config: Config, { checks, following, ...parts }: Parts, closers: Closers): Router {
  const events = rememberEvents(parts.bus);
  closers.add('recent events', () => events.close());
  const sources = {
    ...parts,
    version: VERSION,
    mode: config.mode,
    events,
    checks: following ? checksBeside(checks, following) : checks,
    actionsOn: (camera: CameraRecord) => actionsOn(camera, config),
    // Only the broker of our own tells who is connected.
    meter: config.instances.broker === 'embedded' ? parts.meter : undefined,
  };
  return statusPage({
    viewerOf: (authorization) => viewerOf(authorization, parts.sessions, following),
    document: (viewer) => statusDocument(sources, viewer),
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

async function viewerOf(
  authorization: string | undefined,
  sessions: Core['sessions'],
  following: Following | undefined,
): Promise<Viewer | undefined> {
  const token = bearerOf(authorization);
  if (token === undefined) return undefined;
  const session = (following?.sessions ?? sessions).find(token);
  if (session) return { name: session.user.username, role: session.user.role, ownerId: session.user.ownerId };
  const accepted = following ? await following.accepts(token) : false;
  if (accepted === undefined) throw new ApiError('unavailable', { message: 'NestMTX cannot be asked about the token' });
  return accepted ? { name: null, role: 'user', ownerId: null } : undefined;
}

/** What else would be refused is not offered: see docs/cameras.md. */
function actionsOn({ mtxPath, sourceType }: CameraRecord, { mode, mediamtx, go2rtc }: Config): readonly CameraAction[] {
  if (mode !== 'follow' && sourceType === 'go2rtc') return go2rtc ? ['probe'] : [];
  if (mode === 'follow' || mtxPath === null) return [];
  if (mediamtx) return ['restart', 'probe'];
  return sourceType === 'rtsp' ? ['probe'] : [];
}
