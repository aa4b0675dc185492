/** Owns the address: which view is shown, what of it, and its filters, all behind the `#` so that any prefix before it will do. */

import { signal } from '@preact/signals';

export interface Route {
  /** Such as `/cameras/1`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export const route = signal<Route>(routeIn(location.hash));

/** Follows the browser, backwards and forwards too. */
export function watchAddress(): void {
  addEventListener('hashchange', () => {
    route.value = routeIn(location.hash);
  });
}

/** To go there as a link would. */
export function go(path: string): void {
  location.hash = `#${path}`;
}

/** A filter of what is shown: part of the address, so that a view can be sent, and no step to go back from. */
export function setQuery(key: string, value: string | undefined): void {
  const { path, query } = route.peek();
  const changed = new URLSearchParams(query);
  if (value === undefined || value === '') changed.delete(key);
  else changed.set(key, value);
  const text = changed.toString();
  history.replaceState(history.state, '', `#${path}${text === '' ? '' : `?${text}`}`);
  route.value = { path, query: changed };
}

export function queryOf(key: string): string {
  return route.value.query.get(key) ?? '';
}

/** @returns what stands where the pattern has `:name`; undefined where it does not fit */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decoded(value);
    else if (part !== value) return undefined;
  }
  return found;
}

function routeIn(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  return { path: path === '' ? '/' : path, query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
