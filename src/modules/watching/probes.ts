/** Owns the `probes` module, ours: trying the address of a camera before there is one, and that of a broker. Few at a time: nobody shall look through a network with it. */

import type { Finding } from '../../core/cameras/facts.ts';
import type { Clock } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import { createRateLimit } from '../../core/timing/token-bucket.ts';
import { ApiError } from '../../protocol/api-error.ts';
import {
  BROKER_FINDINGS,
  PROBE_FINDINGS,
  PROBE_REQUEST,
  PROBE_RESULT,
  type ProbeRequest,
  type ProbeResult,
} from '../../protocol/entities/watching/probe.ts';
import { missing } from '../../protocol/violation.ts';
import { isSourceUrl } from '../source-url.ts';

interface Ports {
  /** Never rejects, and takes a few seconds at most. Undefined where nothing may be looked at. */
  readonly look: (url: string, fingerprint: string | undefined) => Promise<Finding> | undefined;
  /** The same of a broker. */
  readonly lookAtBroker: (broker: BrokerAsked) => Promise<keyof typeof BROKER_FINDINGS> | undefined;
  /** The same of a path of MediaMTX, or a stream of go2rtc. Undefined where there is none of the two, and where it does not tell. */
  readonly lookAtKnown: (kind: 'path' | 'stream', name: string) => Promise<Finding | undefined> | undefined;
  readonly clock: Clock;
}

interface BrokerAsked {
  readonly protocol: 'mqtt' | 'mqtts';
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Somebody who types pauses a dozen times; sixteen thousand ports would take nine hours. */
const RATE = { burst: 20, perSecond: 0.5 };
const AT_ONCE = 2;
const SCHEMES = ['rtsp:', 'rtsps:', 'mqtt:', 'mqtts:'];

export function probesModule({ look, lookAtBroker, lookAtKnown, clock }: Ports): Module {
  const rate = createRateLimit(RATE, clock);
  const running = new Map<string, number>();

  async function create({ payload, session }: Call): Promise<ProbeResult> {
    const asked = payload as ProbeRequest;
    const account = session?.user.id ?? '';
    const count = running.get(account) ?? 0;
    if (count >= AT_ONCE || !rate.take(account)) throw new ApiError('too_many_requests');
    const looking = begin(asked);
    running.set(account, count + 1);
    try {
      return await looking;
    } finally {
      const left = (running.get(account) ?? 1) - 1;
      if (left > 0) running.set(account, left);
      else running.delete(account);
    }
  }

  function begin(asked: ProbeRequest): Promise<ProbeResult> {
    const { url, mtx_path, stream } = asked;
    if (url === undefined && mtx_path) return atKnown('path', mtx_path);
    if (url === undefined && stream) return atKnown('stream', stream);
    if (url === undefined) {
      const violation = missing(['payload', 'url']);
      throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
    }
    const looking = isSourceUrl(url, SCHEMES)
      ? url.startsWith('mqtt')
        ? atBroker(url, asked)
        : atCamera(url, asked)
      : undefined;
    if (!looking) throw new ApiError('invalid_url');
    return looking;
  }

  async function atKnown(kind: 'path' | 'stream', name: string): Promise<ProbeResult> {
    const finding = await lookAtKnown(kind, name);
    if (finding === undefined) throw new ApiError('unavailable', { message: `Nobody here can tell of this ${kind}` });
    return { finding, message: PROBE_FINDINGS[finding] };
  }

  function atCamera(url: string, { fingerprint }: ProbeRequest): Promise<ProbeResult> | undefined {
    const looking = look(url, fingerprint?.toLowerCase());
    return looking?.then((finding) => ({ finding, message: PROBE_FINDINGS[finding] }));
  }

  function atBroker(url: string, { username, password }: ProbeRequest): Promise<ProbeResult> | undefined {
    const { protocol, hostname, port } = new URL(url);
    const isTls = protocol === 'mqtts:';
    const looking = lookAtBroker({
      protocol: isTls ? 'mqtts' : 'mqtt',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (isTls ? 8883 : 1883) : Number(port),
      username: username || undefined,
      password: password || undefined,
    });
    return looking?.then((finding) => ({ finding, message: BROKER_FINDINGS[finding] }));
  }

  return {
    name: 'probes',
    summary: 'Try the address of a camera, or of a broker',
    operations: {
      create: {
        summary: 'Look at an RTSP address, a path of MediaMTX or a stream of go2rtc, or try a login at a broker',
        schema: PROBE_REQUEST,
        result: PROBE_RESULT,
        run: create,
      },
    },
  };
}
