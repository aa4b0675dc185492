/** Owns the modules about watching cameras through us, each with the ports it works on. */

import type { Closers } from '../../core/lifecycle.ts';
import type { Module } from '../../core/requests/registry.ts';
import { createWatching } from '../../core/watching/watching.ts';
import { streamsModule } from '../../modules/watching/streams.ts';
import type { CameraSources } from '../cameras.ts';
import type { Core } from '../core.ts';

export function watchingModules(core: Core, sources: CameraSources, closers: Closers): readonly Module[] {
  const { onRevoked } = core.directory;
  const watching = createWatching({ ...core, serverOf: sources.watching, onRevoked });
  closers.add('watching', () => watching.close());
  return [streamsModule(watching)];
}
