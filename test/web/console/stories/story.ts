/** Owns what a story is: a part in each of its conditions, under the name of its file. */

import type { ComponentChildren } from 'preact';

export type Stories = Readonly<Record<string, () => ComponentChildren>>;

export const NOTHING = (): undefined => undefined;
