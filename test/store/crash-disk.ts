/**
 * Owns a disk in memory that can fail or lose power at any system call. Like a real one it forgets, in a power cut,
 * bytes that were not synced and names whose directory was not synced.
 */

import type { FileSystem, OpenFile } from '../../src/store/file-system.ts';

interface Inode {
  bytes: Buffer;
  synced: Buffer;
}

export interface Call {
  /** 1, 2, 3, … */
  readonly number: number;
  readonly name: string;
  readonly path: string;
}

/** What of the state on its way to the disk a crash leaves behind. */
export const CRASHES = [
  'process dies',
  'power cut',
  'power cut after names',
  'power cut after half of the bytes',
] as const;

export class CrashDisk implements FileSystem {
  #names = new Map<string, Inode>();
  #syncedNames = new Map<string, Inode>();
  calls = 0;
  /** Runs before each call, which waits for it and does nothing if this throws. */
  before: (call: Call) => void | Promise<void> = () => undefined;
  /** How many of the bytes given a write takes. */
  takes: (length: number, call: Call) => number = (length) => length;

  readonly content = (path: string): Buffer | undefined => this.#names.get(path)?.bytes;

  /** Puts a file there, complete and durable. */
  place(path: string, bytes: Buffer): void {
    const inode = { bytes, synced: bytes };
    this.#names.set(path, inode);
    this.#syncedNames.set(path, inode);
  }

  /** The disk that a restart finds. */
  after(crash: (typeof CRASHES)[number]): CrashDisk {
    const disk = new CrashDisk();
    if (crash === 'process dies') {
      // The kernel lives on, with all that it has not yet written out.
      disk.#names = new Map(this.#names);
      disk.#syncedNames = new Map(this.#syncedNames);
      return disk;
    }
    const names = crash === 'power cut after names' ? this.#names : this.#syncedNames;
    for (const [path, { bytes, synced }] of names) disk.place(path, remains(bytes, synced, crash));
    return disk;
  }

  async open(path: string): Promise<OpenFile | undefined> {
    await this.#call('open', path);
    const inode = this.#names.get(path);
    return inode && this.#file(inode);
  }

  async create(path: string): Promise<OpenFile> {
    await this.#call('create', path);
    const inode = { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) };
    this.#names.set(path, inode);
    return this.#file(inode);
  }

  async link(from: string, to: string): Promise<void> {
    await this.#call('link', to);
    if (this.#names.has(to)) throw new Error(`EEXIST: file already exists, ${to}`);
    this.#names.set(to, this.#find(from));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call('rename', to);
    this.#names.set(to, this.#find(from));
    this.#names.delete(from);
  }

  async remove(path: string): Promise<void> {
    await this.#call('remove', path);
    this.#names.delete(path);
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#call('syncDirectory', path);
    this.#syncedNames = new Map(this.#names);
  }

  #file(inode: Inode): OpenFile {
    // A renamed file goes by its present name.
    const path = () => [...this.#names].find(([, named]) => named === inode)?.[0] ?? 'unnamed';
    return {
      read: async (into, position) => {
        await this.#call('read', path());
        return inode.bytes.copy(into, 0, position);
      },
      write: async (bytes, position) => {
        const call = await this.#call('write', path());
        const taken = this.takes(bytes.length, call);
        inode.bytes = Buffer.concat([inode.bytes.subarray(0, position), bytes.subarray(0, taken)]);
        return taken;
      },
      truncate: async (length) => {
        await this.#call('truncate', path());
        inode.bytes = inode.bytes.subarray(0, length);
      },
      sync: async () => {
        await this.#call('sync', path());
        inode.synced = inode.bytes;
      },
      close: async () => {
        await this.#call('close', path());
      },
    };
  }

  async #call(name: string, path: string): Promise<Call> {
    this.calls += 1;
    const call = { number: this.calls, name, path };
    await this.before(call);
    return call;
  }

  #find(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new Error(`ENOENT: no such file, ${path}`);
    return inode;
  }
}

function remains(bytes: Buffer, synced: Buffer, crash: (typeof CRASHES)[number]): Buffer {
  if (crash !== 'power cut after half of the bytes' || bytes.length <= synced.length) return synced;
  return bytes.subarray(0, synced.length + Math.floor((bytes.length - synced.length) / 2));
}
