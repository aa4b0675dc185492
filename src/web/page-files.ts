/** Owns how the files of our pages are handed out: those of a list and no others, loaded again only when they have changed. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Response } from 'express';
import { PACKAGE_ROOT } from '../version.ts';

/** Answers with the file of that name, or calls `next` when there is none. */
export type SendFile = (response: Response, name: string, next: () => void) => void;

/** @param folders where each file is, by its name */
export function pageFiles(folders: ReadonlyMap<string, string>): SendFile {
  const etags = new Map<string, string>();

  function etagOf(name: string, folder: string): string {
    const known = etags.get(name);
    if (known !== undefined) return known;
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('base64url');
    const etag = `W/"${digest.slice(0, 22)}"`;
    etags.set(name, etag);
    return etag;
  }

  return (response, name, next) => {
    const root = folders.get(name);
    if (root === undefined) {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    // A package gives all of its files one date, so that is no sign of change.
    response.setHeader('ETag', etagOf(name, root));
    // By its missing ending it would be a download.
    if (!name.includes('.')) response.type('text/plain');
    response.sendFile(name, { root, cacheControl: false, lastModified: false });
  };
}

/** Where the build has put the files of a page. */
export function builtFolder(page: string): string {
  return join(PACKAGE_ROOT, 'dist', 'web', page);
}
