/** Owns how a process of the service is led to the stand-in for Google: Google's hosts are nothing that anybody can set. */

import type { GoogleServer } from './google.ts';

/** @returns for the environment of the process */
export function inPlaceOfGoogle({ urls }: Pick<GoogleServer, 'urls'>): Readonly<Record<string, string>> {
  const base = JSON.stringify(new URL(urls.token).origin);
  const script = `
    const ask = globalThis.fetch;
    globalThis.fetch = (url, how) => ask(String(url).replace(/^https:\\/\\/\\w+\\.googleapis\\.com/, ${base}), how);
  `;
  return { NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(script).toString('base64')}` };
}
