/** Owns the few system calls the journal makes, so that a test can make each of them fail. */

import { copyFile, type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { createForOwner } from '../system/owner.ts';

export interface OpenFile {
  /** Fills `into` from `position`; the result is the number of bytes read, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** The result is the number of bytes written, which may be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Resolves when the bytes written so far would survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileSystem {
  /** Opens for reading and writing; undefined when there is no such file. */
  open(path: string): Promise<OpenFile | undefined>;
  /** An empty file that only the owner of its folder may read; replaces what had that name. */
  create(path: string): Promise<OpenFile>;
  /** Gives the file a second name; a copy where the file system has no links. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** An absent file is as good as a removed one. */
  remove(path: string): Promise<void>;
  /** Resolves when names created, renamed and removed in `path` would survive a power cut. */
  syncDirectory(path: string): Promise<void>;
}

/** A disk may take a part of the bytes at a time. */
export async function writeAll(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const written = await file.write(bytes.subarray(done), position + done);
    if (written === 0) throw new Error('the disk takes no more bytes');
    done += written;
  }
}

const OWNER_ONLY = 0o600;

export const nodeFileSystem: FileSystem = {
  async open(path) {
    try {
      const handle = await open(path, 'r+');
      // A file that came back from a backup may be readable for everyone.
      await handle.chmod(OWNER_ONLY);
      return openFile(handle);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },

  async create(path) {
    await rm(path, { force: true });
    return openFile(await createForOwner(path, 'wx+'));
  },

  async link(from, to) {
    await link(from, to).catch(() => copyFile(from, to));
  },

  rename,

  async remove(path) {
    await rm(path, { force: true });
  },

  async syncDirectory(path) {
    // Windows cannot open a directory, and needs no such call.
    if (process.platform === 'win32') return;
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};

function openFile(handle: FileHandle): OpenFile {
  return {
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    truncate: (length) => handle.truncate(length),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}
