/** Owns the checks of `doctor` that open connections: the two ports of ours, the broker, MediaMTX, go2rtc. */

import type { Config, EmbeddedBroker, ExternalBroker } from '../../config/config.ts';
import { isObject } from '../../protocol/envelope.ts';
import type { Io } from '../io.ts';
import type { Check, Finding } from '../program.ts';
import { isNotRunning, type Running } from '../running.ts';

const TIMEOUT_MS = 5000;

type AskRunning = () => Promise<Running>;

export function httpPortCheck(io: Io, { http: { host, port } }: Config, running: AskRunning): Check {
  return {
    name: 'HTTP port',
    run: async () => {
      const answer = await running();
      if ('health' in answer) return healthFinding(answer.health);
      if (!isNotRunning(answer)) {
        const { message, cure = otherPort('PORT'), exitCode } = answer.failure;
        return { ok: false, detail: message, cure: exitCode === 3 ? otherPort('PORT') : cure };
      }
      const probe = await io.probePort(host, port);
      if (probe === 'free') return { ok: true, detail: `${port} is free; the service is not running` };
      return { ok: false, detail: `${port} cannot be listened on (${probe})`, cure: otherPort('PORT') };
    },
  };
}

/** Of the embedded broker. */
export function mqttPortCheck(io: Io, { mqtt }: Config, embedded: EmbeddedBroker, running: AskRunning): Check {
  const { host, port } = embedded;
  const cure = mqtt.external
    ? otherPort('EMBEDDED_PORT')
    : `${otherPort('MQTT_PORT')} To use the broker that is there, set MQTT_HOST.`;
  return {
    name: 'MQTT port',
    run: async () => {
      const answer = await running();
      const isRunning = 'health' in answer;
      // It was started with other settings than this command: the ports of these say nothing about it.
      if (isRunning && answer.mqttPort !== undefined && port !== 0 && answer.mqttPort !== port) {
        const detail = `the running service has its broker on port ${answer.mqttPort}, and these settings say ${port}`;
        return { ok: null, detail, cure: 'Run doctor with the settings of the service.' };
      }
      const probe = await io.probePort(host, port);
      if (probe === 'free') {
        if (!isRunning || port === 0) return { ok: true, detail: `${port} is free` };
        return { ok: false, detail: `the service is running, but nothing listens on ${port}`, cure: 'Read its log.' };
      }
      if (isRunning && probe === 'EADDRINUSE') return { ok: true, detail: `${port} is in use by the running service` };
      return { ok: false, detail: `${port} cannot be listened on (${probe})`, cure };
    },
  };
}

export function brokerCheck(io: Io, config: Config, broker: ExternalBroker): Check {
  const { ca, ...address } = broker;
  const place = `${broker.protocol}://${broker.host}:${broker.port}`;
  return {
    name: 'MQTT broker',
    run: async () => {
      const tls = { ca: ca === undefined ? undefined : await io.files.read(ca) };
      const { createClient } = await import('../../client/client.ts');
      const client = createClient({
        ...address,
        tls,
        baseTopic: config.mqtt.baseTopic,
        clientIdPrefix: 'nestmtx-doctor',
      });
      let isLogin = false;
      client.onState((_state, _reason, cause) => {
        isLogin ||= cause === 'login';
      });
      try {
        client.connect();
        await client.connected({ timeoutMs: TIMEOUT_MS });
        return { ok: true, detail: `logged in at ${place}` };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const cure = isLogin ? 'Check MQTT_USER and MQTT_PASS.' : 'Check MQTT_HOST and MQTT_PORT, and that it runs.';
        return { ok: false, detail: `no connection to ${place}: ${why}`, cure };
      } finally {
        await client.close();
      }
    },
  };
}

export function mediaMtxCheck(io: Io, { mediamtx }: Config): Check {
  return {
    name: 'MediaMTX',
    run: async (): Promise<Finding> => {
      if (!mediamtx) return { ok: null, detail: 'not used', cure: 'Set MEDIAMTX_URL to hear of streams.' };
      const { url } = mediamtx;
      const headers = loginOf(mediamtx);
      try {
        const target = `${url.replace(/\/+$/, '')}/v3/config/global/get`;
        const { ok, status } = await io.fetch(target, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (ok) return { ok: true, detail: `its control API answers at ${url}` };
        return { ok: false, detail: `${url} answers with HTTP ${status}`, cure: mediaMtxCure(status) };
      } catch {
        const cure = 'Check MEDIAMTX_URL, and that MediaMTX runs with api: yes.';
        return { ok: false, detail: `nothing answers at ${url}`, cure };
      }
    },
  };
}

export function go2RtcCheck(io: Io, { go2rtc }: Config): Check {
  return {
    name: 'go2rtc',
    run: async (): Promise<Finding> => {
      if (!go2rtc) return { ok: true, detail: 'not used' };
      const { url } = go2rtc;
      try {
        const target = `${url.replace(/\/+$/, '')}/api`;
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const { ok, status } = await io.fetch(target, { headers: loginOf(go2rtc), signal });
        if (ok) return { ok: true, detail: `its API answers at ${url}` };
        return { ok: false, detail: `${url} answers with HTTP ${status}`, cure: go2RtcCure(status) };
      } catch {
        const cure = 'Check GO2RTC_URL; docs/cameras.md says how to open the go2rtc of Home Assistant and of Frigate.';
        return { ok: false, detail: `nothing answers at ${url}`, cure };
      }
    },
  };
}

function loginOf({ username, password = '' }: { username?: string | undefined; password?: string | undefined }) {
  const headers: Record<string, string> = {};
  if (username === undefined) return headers;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function healthFinding(health: unknown): Finding {
  const state = isObject(health) ? String(health['healthy']) : 'unknown';
  const details = isObject(health) && isObject(health['details']) ? health['details'] : {};
  const parts = Object.entries(details).filter(([, part]) => isObject(part) && part['healthy'] !== true);
  const detail = `our service answers and is ${[state, ...parts.map(([name]) => name)].join(', not well: ')}`;
  if (state === 'healthy') return { ok: true, detail };
  return { ok: state === 'unhealthy' ? false : null, detail, cure: 'Run nestmtx-bridge command list health.' };
}

function mediaMtxCure(status: number): string {
  if (status !== 401 && status !== 403) return 'Check that MEDIAMTX_URL is the address of its control API.';
  return 'Set MEDIAMTX_USER and MEDIAMTX_PASS to a user who has the permission api in mediamtx.yml.';
}

function go2RtcCure(status: number): string {
  if (status !== 401) return 'Check that GO2RTC_URL is the address of its API, port 1984 as a rule.';
  return 'Set GO2RTC_USER and GO2RTC_PASS to the username and password below "api" in its file.';
}

function otherPort(setting: string): string {
  return `Stop what is listening there, or set ${setting} to another port.`;
}
