/** Owns how the suites start a real Chromium: which of Debian's two builds, and with what. */

import { type Browser, chromium } from 'playwright-core';
import { hasProgram, isOnPath, LIGHTER_CHROMIUM } from './programs.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Addresses of this machine are told by WebRTC as they are: nobody here would resolve the names that stand for them.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** For `describe.skipIf`; where everything is required, an absent one throws. */
export const chromiumIsMissing = !hasProgram('chromium');

export function launchChromium(): Promise<Browser> {
  const program = isOnPath(LIGHTER_CHROMIUM) ? LIGHTER_CHROMIUM : 'chromium';
  return chromium.launch({ executablePath: `/usr/bin/${program}`, headless: true, args: ARGS });
}
