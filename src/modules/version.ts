/** Owns the `version` module: what runs here. Keys upstream fills with tools that we do not need say `none`. */

import type { Module } from '../core/requests/registry.ts';
import { VERSION_INFO, type VersionInfo } from '../protocol/entities/version.ts';

/** @param release our version; @param platform e.g. `linux/x64, node v24.1.0` */
export function versionModule(release: string, platform: string): Module {
  const version: VersionInfo = {
    release,
    commit: 'unknown',
    platform,
    mediamtx: 'none',
    database: 'lowdb',
    gstreamer: 'none',
    ffmpeg: 'none',
  };
  return {
    name: 'version',
    summary: 'Version of the service',
    operations: { list: { summary: 'Tell which version runs', result: VERSION_INFO, run: (): VersionInfo => version } },
  };
}
