/** Owns what a connection bundle is made from: an instance as a client sees it. */

import type { Instance } from '../../../protocol/entities/instance.ts';

export interface Access extends Pick<Instance, 'server' | 'port' | 'user' | 'password'> {
  readonly isTls: boolean;
}
