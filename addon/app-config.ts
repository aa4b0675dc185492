/** Owns what the app's options come to: the configuration of the service, and the few that are the app's own. */

import { join, resolve } from 'node:path';
import type { Config } from '../src/config/config.ts';
import { ConfigError, type Problem } from '../src/config/config-error.ts';
import { loadConfig } from '../src/config/load.ts';
import type { Environment } from '../src/config/written/sources.ts';
import type { Role } from '../src/core/accounts/records.ts';
import { isObject, type JsonObject } from '../src/protocol/envelope.ts';

/** Options that are no settings of the service. */
export const OWN_OPTIONS = ['use_home_assistant_broker', 'provide_broker', 'ingress_role'] as const;

export interface AppConfig extends Config {
  readonly app: {
    /** Supervisor tells where the service's broker is. */
    readonly usesHomeAssistantBroker: boolean;
    /** PEM file of the authority that signed the certificate of that broker. */
    readonly brokerCa: string | undefined;
    /** The embedded broker is offered to Home Assistant and to other apps. */
    readonly providesBroker: boolean;
    /** Of whoever comes in through Home Assistant and is no administrator there. */
    readonly ingressRole: Role;
  };
}

interface Sources {
  readonly env: Environment;
  /** What Supervisor writes at each start: one flat JSON object. */
  readonly optionsFile: string;
  readonly cwd: string;
  /** As `readFileSync`. */
  readonly readFile: (path: string) => string;
}

/** They speak of an external broker that Home Assistant does not tell about. */
const NEED_HOST = ['mqtt_port', 'mqtt_protocol', 'mqtt_user', 'mqtt_pass'];

/** @throws ConfigError with every problem of every option */
export function loadAppConfig({ env, optionsFile, cwd, readFile }: Sources): AppConfig {
  const options = objectIn(optionsFile, readFile);
  const hasHost = isGiven(options['mqtt_host']);
  const wantsHomeAssistants = options['use_home_assistant_broker'] !== false;
  // What somebody wrote by hand wins.
  const usesHomeAssistantBroker = wantsHomeAssistants && !hasHost;
  const isExternal = hasHost || usesHomeAssistantBroker;
  const problems = ownProblems(options, isExternal, optionsFile);
  try {
    const config = loadConfig({
      env: { ...surroundingsOf(options, isExternal), ...env, DATA_DIR: dataDirOf(options, env) },
      cwd,
      readFile,
      optionsFile,
      ownOptions: OWN_OPTIONS,
      findsBroker: usesHomeAssistantBroker,
    });
    if (problems.length > 0) throw new ConfigError([]);
    const ingressRole = options['ingress_role'] === 'admin' ? 'admin' : 'user';
    const providesBroker = options['provide_broker'] === true;
    const brokerCa = isGiven(options['mqtt_tls_ca']) ? resolve(cwd, String(options['mqtt_tls_ca'])) : undefined;
    return { ...config, app: { usesHomeAssistantBroker, brokerCa, providesBroker, ingressRole } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...problems, ...error.problems]);
  }
}

/** A mode has data of its own (docs/follow.md), and nobody should lose the other's by a change of mind. */
function dataDirOf({ mode }: JsonObject, { DATA_DIR = '/data' }: Environment): string {
  return mode === 'follow' ? join(DATA_DIR, 'follow') : DATA_DIR;
}

function surroundingsOf({ mode, instance_broker }: JsonObject, isExternal: boolean): Environment {
  const rentsOutEmbedded = isExternal && mode !== 'follow' && instance_broker !== 'mosquitto';
  return {
    HA_DISCOVERY: 'true',
    // The container has its ports to itself; which of them are reached from outside is said under Network.
    ...(rentsOutEmbedded ? { EMBEDDED_PORT: '1883' } : {}),
  };
}

function ownProblems(options: JsonObject, isExternal: boolean, source: string): Problem[] {
  const problem = (key: string, value: unknown, expected: string) => ({
    key,
    source,
    value: JSON.stringify(value),
    expected,
  });
  const problems: Problem[] = [];
  for (const key of ['use_home_assistant_broker', 'provide_broker']) {
    const value = options[key];
    if (isGiven(value) && typeof value !== 'boolean') problems.push(problem(key, value, 'true or false'));
  }
  const role = options['ingress_role'];
  if (isGiven(role) && role !== 'admin' && role !== 'user')
    problems.push(problem('ingress_role', role, 'one of admin, user'));
  if (options['provide_broker'] === true && isExternal) {
    const expected =
      'use_home_assistant_broker switched off and no mqtt_host: only a broker of our own can be provided';
    problems.push(problem('provide_broker', true, expected));
  }
  if (!isGiven(options['mqtt_host'])) {
    for (const key of NEED_HOST.filter((name) => isGiven(options[name]))) {
      problems.push({ key, source, value: '', expected: 'mqtt_host beside it' });
    }
  }
  return problems;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** What is no object is told by whoever reads the settings from it. */
function objectIn(path: string, readFile: Sources['readFile']): JsonObject {
  try {
    const options: unknown = JSON.parse(readFile(path));
    return isObject(options) ? options : {};
  } catch {
    return {};
  }
}
