/** Owns a folder with real configuration files in it, and loads what they say. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';

interface Written {
  readonly env?: Readonly<Record<string, string>>;
  /** File name to content. */
  readonly files?: Readonly<Record<string, string>>;
  /** As text when it is no JSON. */
  readonly options?: object | string;
  readonly ownOptions?: readonly string[];
}

export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nestmtx-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

export function load({ env = {}, files = {}, options, ownOptions }: Written = {}): Config {
  const text = typeof options === 'string' ? options : JSON.stringify(options);
  const optionFiles = text === undefined ? {} : { 'options.json': text };
  return loadConfig({
    env,
    cwd: folderWith({ ...files, ...optionFiles }),
    readFile: (path) => readFileSync(path, 'utf8'),
    optionsFile: options && 'options.json',
    ownOptions,
  });
}

/** The error that loading ends with. */
export function refused(written: Written): ConfigError {
  try {
    load(written);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted');
}
