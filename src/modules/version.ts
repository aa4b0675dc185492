/** Owns the `version` module: what runs here. Keys upstream fills with tools that we do not need say `none`. */

import type { Module } from '../core/registry.ts';

export interface Version {
  readonly release: string;
  readonly commit: string;
  readonly platform: string;
  readonly mediamtx: string;
  readonly database: string;
  readonly gstreamer: string;
  readonly ffmpeg: string;
}

/** @param release our version; @param platform e.g. `linux/x64, node v24.1.0` */
export function versionModule(release: string, platform: string): Module {
  const version: Version = {
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
    operations: { list: { summary: 'Tell which version runs', run: (): Version => version } },
  };
}
