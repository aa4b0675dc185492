/** Owns how the address of an instance API may be written in the dialog; used at both ends, so that the editor refuses what the runtime would. */

import { NodeError } from '../node-error.ts';

/**
 * @returns the URL below which the calls are, without a slash at the end
 * @throws NodeError `invalid_setting`
 */
export function instanceApiUrl(text: string): string {
  const isHttp = URL.canParse(text.trim()) && /^https?:/i.test(text.trim());
  if (!isHttp) throw invalid('the address of the instance API must be a URL such as http://host:2000/v1');
  const { origin, pathname, username, password, search, hash } = new URL(text.trim());
  if (username || password) throw invalid('user name and password have fields of their own, not a place in the URL');
  if (search || hash) throw invalid('the address of the instance API must end with its path');
  const path = pathname.replace(/\/+$/, '');
  return `${origin}${path.endsWith('/v1') ? path : `${path}/v1`}`;
}

export function isInstanceApiAddress(text: string): boolean {
  try {
    instanceApiUrl(text);
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string): NodeError {
  return new NodeError('invalid_setting', message, { field: 'url' });
}
