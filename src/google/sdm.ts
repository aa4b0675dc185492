/**
 * Owns the calls to Google's Smart Device Management: which login they use, and that they stay within Google's limits.
 * A call beyond them is answered here; a refused token is renewed once and the call made once more.
 */

import type { Clock } from '../core/ports.ts';
import { isObject, type JsonObject } from '../protocol/envelope.ts';
import { type Answer, failed, granted, isOwnLimit, ownLimit } from './answer.ts';
import { withLogins } from './authorised.ts';
import type { GoogleHttp, GoogleRequest } from './http.ts';
import type { Logins } from './logins.ts';
import type { Pauses } from './pauses.ts';
import { commandQuotas, listQuotas } from './quotas.ts';
import type { Quota, RateBudget } from './rate-budget.ts';

export interface Sdm {
  /** Every device that the login may see, all pages; waits between pages where the budget asks for it. */
  devices(credentialId: string): Promise<Answer<JsonObject[]>>;
  /** Resolves with the command's `results`. */
  execute(command: Command): Promise<Answer<JsonObject>>;
}

interface Command {
  readonly credentialId: string;
  /** `enterprises/<project>/devices/<id>` */
  readonly device: string;
  /** Of the trait CameraLiveStream. */
  readonly name: string;
  readonly params: JsonObject;
  /** A running stream depends on it. */
  readonly isUrgent?: boolean;
  /** From this moment on it must not be sent any more. */
  readonly notAfterMs?: number;
}

interface Ports {
  readonly http: GoogleHttp;
  /** With the version, without a slash at the end. */
  readonly url: string;
  readonly logins: Pick<Logins, 'accessToken' | 'client'>;
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly pauses: Pauses;
}

interface Call {
  readonly credentialId: string;
  readonly request: GoogleRequest;
  readonly quotas: readonly Quota[];
  readonly notAfterMs?: number | undefined;
}

/** More pages than any home has: a page token that never ends must end somewhere. */
const MAX_PAGES = 100;

export function createSdm({ http, url, logins, budget, clock, pauses }: Ports): Sdm {
  const ask = withLogins(http, logins);

  function call({ credentialId, request, quotas, notAfterMs = Number.POSITIVE_INFINITY }: Call) {
    const refusal = () => {
      if (clock.now() >= notAfterMs) return TOO_LATE;
      const waitMs = budget.take(quotas);
      return waitMs > 0 ? ownLimit(waitMs) : undefined;
    };
    return ask({ credentialId, request, refusal });
  }

  async function page(credentialId: string, project: string, pageToken: string): Promise<Answer<JsonObject>> {
    const query = pageToken === '' ? '' : `?${new URLSearchParams({ pageToken })}`;
    const request = {
      method: 'GET',
      url: `${url}/enterprises/${encodeURIComponent(project)}/devices${query}`,
    } as const;
    const quotas = listQuotas(project);
    const answer = await call({ credentialId, request, quotas });
    // Who has begun a list reads it to its end.
    if (answer.ok || pageToken === '' || !isOwnLimit(answer.failure)) return answer;
    const goesOn = await pauses.wait(answer.failure.retryAfterMs ?? 0);
    return goesOn ? call({ credentialId, request, quotas }) : answer;
  }

  return {
    async devices(credentialId) {
      const project = logins.client(credentialId)?.dacProjectId;
      if (!project) return failed(400, 'FAILED_PRECONDITION', 'These credentials name no Device Access project');
      const devices: JsonObject[] = [];
      for (let pageToken = '', pages = 0; pages < MAX_PAGES; pages++) {
        const answer = await page(credentialId, project, pageToken);
        if (!answer.ok) return answer;
        // The key is absent when there are none.
        const { devices: found = [], nextPageToken } = answer.value;
        if (!Array.isArray(found)) break;
        devices.push(...found.filter(isObject));
        if (typeof nextPageToken !== 'string' || nextPageToken === '') return granted(devices);
        pageToken = nextPageToken;
      }
      return failed(502, 'INTERNAL', 'Google sent a list of devices that cannot be read');
    },
    async execute({ credentialId, device, name, params, isUrgent = false, notAfterMs }) {
      const answer = await call({
        credentialId,
        quotas: commandQuotas(projectOf(device), device, name, isUrgent),
        request: {
          method: 'POST',
          url: `${url}/${device}:executeCommand`,
          body: { command: `sdm.devices.commands.CameraLiveStream.${name}`, params },
        },
        notAfterMs,
      });
      if (!answer.ok) return answer;
      const { results = {} } = answer.value;
      return isObject(results)
        ? granted(results)
        : failed(502, 'INTERNAL', 'Google answered a command without results');
    },
  };
}

const TOO_LATE = failed(504, 'DEADLINE_EXCEEDED', 'The stream had expired before Google could be asked');

function projectOf(device: string): string {
  return device.split('/')[1] ?? '';
}
