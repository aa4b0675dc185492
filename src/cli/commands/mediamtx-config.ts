/** Owns `mediamtx-config`: what to write into MediaMTX's file so that it tells us everything. */

import { hostHere } from '../../core/network.ts';
import { atMost } from '../arguments.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print } from '../output.ts';
import { mediaMtxConfig } from './mediamtx/config-file.ts';

const NAME = 'mediamtx-config';
const LATEST = '1.20';
const OLDEST_MINOR = 8;

export const mediaMtxConfigCommand: Command = {
  name: NAME,
  summary: 'Print what belongs into the configuration of MediaMTX',
  usage: [`${NAME} [--version 1.x]`],
  notes: [
    `Versions from 1.${OLDEST_MINOR} on. The address of the hooks is that of this service, seen from the same machine.`,
    'No secret is printed: the text says where one belongs.',
  ],
  examples: [
    [`${NAME} --version 1.16`, 'for the MediaMTX that you run'],
    [`${NAME} > mediamtx-bridge.yml`, 'into a file, to merge by hand'],
  ],
  options: { version: { value: '1.x', description: `Version of MediaMTX, ${LATEST} when absent` } },
  run: async (context) => {
    atMost(0, context, NAME);
    const { minor, patch } = versionOf(context.values.get('version') ?? LATEST);
    const { http, mediamtx, hookSecret, google } = context.program.loadConfig();
    const text = mediaMtxConfig({
      minor,
      patch,
      ourUrl: `http://${hostHere(http.host)}:${http.port}`,
      hasHookSecret: hookSecret !== undefined,
      apiUser: mediamtx?.username,
      hasGoogleWhep: google.whep !== undefined,
    });
    print(context, { version: `1.${minor}.${patch}`, config: text }, text.trimEnd());
    return 0;
  },
};

function versionOf(written: string): { minor: number; patch: number } {
  const [, minor, patch = '0'] = /^v?1\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(written) ?? [];
  if (minor === undefined || Number(minor) < OLDEST_MINOR) {
    throw usageFailure(`the version must read like 1.16, from 1.${OLDEST_MINOR} on, not ${written}`, NAME);
  }
  return { minor: Number(minor), patch: Number(patch) };
}
