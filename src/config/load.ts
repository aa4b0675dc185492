/** Owns the way from what people wrote to a Config: gathers, overlays, validates; throws once, with every problem. */

import { Ajv, type ValidateFunction } from 'ajv';
import { withoutAliases } from './aliases.ts';
import { PEM_FILES, RULES } from './checks.ts';
import { type Config, toConfig } from './config.ts';
import { ConfigError, type Problem } from './config-error.ts';
import { FORMATS } from './formats.ts';
import { settingsInForce } from './in-force.ts';
import { SCHEMA, SETTINGS, type SettingName, type Settings } from './schema.ts';
import { unheeded } from './unheeded.ts';
import { accepted, coerce, shown } from './values.ts';
import type { Entry } from './written/entry.ts';
import { readNestMtxNames } from './written/nestmtx-names.ts';
import {
  attempt,
  type Environment,
  type Files,
  readEnvironment,
  readOptionsFile,
  readYamlFile,
} from './written/sources.ts';

interface Sources extends Files {
  readonly env: Environment;
  /** The caller finds the external broker itself, sooner or later: `MQTT_HOST` may be absent and there is one nevertheless. */
  readonly findsBroker?: boolean | undefined;
}

type Entries = ReadonlyMap<SettingName, Entry>;

/**
 * Reads the configuration: defaults, then YAML, environment and options file, later ones over earlier ones.
 * @throws ConfigError with all problems of all sources
 */
export function loadConfig(sources: Sources): Config {
  const { env, findsBroker = false, ...files } = sources;
  const theirs = readNestMtxNames(env);
  const named = { entries: theirs.entries, problems: [], empty: [] };
  const readings = [readYamlFile(files, env['CONFIG']), named, readEnvironment(env), readOptionsFile(files)];
  // A value that a later source covers is not judged: nobody uses it.
  const written: Entries = new Map(readings.flatMap((reading) => reading.entries.map((entry) => [entry.name, entry])));
  const { entries, aliases } = withoutAliases(written);
  const { settings, wrong } = validate(entries);
  const problems = [
    ...readings.flatMap((reading) => reading.problems),
    ...wrong.map((entry) => problemOf(entry, accepted(SETTINGS[entry.name]))),
    ...brokenRules(settings, findsBroker, entries, new Set(wrong.map((entry) => entry.name))),
    ...unreadablePems(entries, files),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const notes = [...readings.flatMap(({ empty = [] }) => empty), ...unheeded(settings, entries, { env, findsBroker })];
  return {
    ...toConfig(settings, findsBroker, files.cwd),
    aliases: [...theirs.aliases, ...aliases],
    unheeded: notes,
    inForce: settingsInForce(settings, entries),
  };
}

/** The settings with defaults, also in place of the entries that are wrong by themselves. */
function validate(entries: Entries): { settings: Settings; wrong: Entry[] } {
  const conforms = compile();
  const values = valuesOf([...entries.values()]);
  if (conforms(values)) return { settings: values, wrong: [] };
  const names = new Set((conforms.errors ?? []).map((error) => error.instancePath.split('/')[1]));
  const right = [...entries.values()].filter((entry) => !names.has(entry.name));
  const rest = valuesOf(right);
  if (!conforms(rest)) throw new Error('A default does not conform to the schema of the settings');
  return { settings: rest, wrong: [...entries.values()].filter((entry) => names.has(entry.name)) };
}

function compile(): ValidateFunction<Settings> {
  // A test holds the schema against the meta-schema; doing so at each start costs more than all the rest of it.
  const checked = { validateSchema: false, meta: false };
  // It runs once: making it faster takes longer than it does.
  const code = { optimize: false };
  const ajv = new Ajv({ allErrors: true, useDefaults: true, keywords: ['yaml', 'aliases'], code, ...checked });
  for (const [name, { test }] of Object.entries(FORMATS)) ajv.addFormat(name, test);
  return ajv.compile<Settings>(SCHEMA);
}

function valuesOf(entries: readonly Entry[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(({ name, written }) => [name, coerce(written, SETTINGS[name])]));
}

function brokenRules(
  settings: Settings,
  findsBroker: boolean,
  entries: Entries,
  wrong: ReadonlySet<SettingName>,
): Problem[] {
  return RULES.flatMap((rule) => {
    if (rule.settings.some((name) => wrong.has(name)) || !rule.broken(settings, findsBroker)) return [];
    const blamed = rule.settings.map((name) => entries.get(name)).find((entry) => entry !== undefined);
    // Every rule is kept by the defaults, so somebody wrote something.
    return blamed ? [problemOf(blamed, rule.expected)] : [];
  });
}

/** A listener without its certificate would only fail later, and less clearly. */
function unreadablePems(entries: Entries, files: Files): Problem[] {
  return PEM_FILES.flatMap((name) => {
    const entry = entries.get(name);
    if (typeof entry?.written !== 'string') return [];
    const { fault } = attempt(files, entry.written);
    return fault ? [problemOf(entry, `a readable file (${fault})`)] : [];
  });
}

function problemOf({ name, key, source, written }: Entry, expected: string): Problem {
  return { key, source, value: shown(written, SETTINGS[name]), expected };
}
