/** Owns the composition of snapshots: where the streams are, the program that reads them, and the route. */

import type { Router } from 'express';
import type { Config } from '../config/config.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { Registry } from '../core/requests/registry.ts';
import { openSnapshots } from '../snapshots/snapshots.ts';
import { snapshotRoute } from '../transports/http/snapshots.ts';
import type { Core } from './core.ts';

/** @returns what is to be mounted at `/api` */
export function snapshotRoutes(config: Config, web: Core & { readonly registry: Registry }, closers: Closers): Router {
  const { mediamtx, ffmpegPath: program } = config;
  const server = mediamtx && { ...mediamtx, url: mediamtx.rtspUrl };
  const snapshots = openSnapshots({ ...web, program, server });
  closers.add('snapshots', () => snapshots.close());
  return snapshotRoute(web.registry, snapshots.take);
}
