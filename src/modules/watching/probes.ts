/** Owns the `probes` module, ours: trying the address of a camera before there is one. Few at a time: nobody shall look through a network with it. */

import type { Finding } from '../../core/cameras/facts.ts';
import type { Clock } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import { createRateLimit } from '../../core/timing/token-bucket.ts';
import { ApiError } from '../../protocol/api-error.ts';
import {
  PROBE_FINDINGS,
  PROBE_REQUEST,
  PROBE_RESULT,
  type ProbeRequest,
  type ProbeResult,
} from '../../protocol/entities/watching/probe.ts';
import { isSourceUrl } from '../source-url.ts';

interface Ports {
  /** Never rejects, and takes a few seconds at most. Undefined where nothing may be looked at. */
  readonly look: (url: string, fingerprint: string | undefined) => Promise<Finding> | undefined;
  readonly clock: Clock;
}

/** Somebody who types pauses a dozen times; sixteen thousand ports would take nine hours. */
const RATE = { burst: 20, perSecond: 0.5 };
const AT_ONCE = 2;

export function probesModule({ look, clock }: Ports): Module {
  const rate = createRateLimit(RATE, clock);
  const running = new Map<string, number>();

  async function create({ payload, session }: Call): Promise<ProbeResult> {
    const { url, fingerprint } = payload as ProbeRequest;
    const account = session?.user.id ?? '';
    if (!isSourceUrl(url, ['rtsp:', 'rtsps:'])) throw new ApiError('invalid_url');
    const count = running.get(account) ?? 0;
    if (count >= AT_ONCE || !rate.take(account)) throw new ApiError('too_many_requests');
    const looking = look(url, fingerprint?.toLowerCase());
    if (!looking) throw new ApiError('invalid_url');
    running.set(account, count + 1);
    try {
      const finding = await looking;
      return { finding, message: PROBE_FINDINGS[finding] };
    } finally {
      const left = (running.get(account) ?? 1) - 1;
      if (left > 0) running.set(account, left);
      else running.delete(account);
    }
  }

  return {
    name: 'probes',
    summary: 'Try the address of a camera',
    operations: {
      create: { summary: 'Look at an RTSP address', schema: PROBE_REQUEST, result: PROBE_RESULT, run: create },
    },
  };
}
