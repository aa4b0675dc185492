/** Owns to whom a file belongs that is made in a data folder: to whom the folder belongs, also where root makes it. */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/**
 * An empty file that only the owner of its folder may read. A service that does not run as root must be able to open what a command
 * of root's has left.
 * @param flags as for `open`, exclusive: a file that is there already is never given to somebody else
 */
export async function createForOwner(path: string, flags: 'wx' | 'wx+' = 'wx'): Promise<FileHandle> {
  const handle = await open(path, flags, OWNER_ONLY);
  try {
    if (process.getuid?.() === 0) {
      const { uid, gid } = await stat(dirname(path));
      // By the handle: the name could lead elsewhere by now.
      await handle.chown(uid, gid);
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The whole file at once, on disk when it resolves. */
export async function writeForOwner(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await createForOwner(path);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
