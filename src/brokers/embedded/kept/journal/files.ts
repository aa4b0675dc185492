/** Owns the port to the few system calls that a journal needs, so that a test can make each of them fail. */

export interface KeptFile {
  /** Fills `into` from `position`; the result is the number of bytes read, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** The result is the number of bytes written, which may be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Resolves when the bytes written so far would survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface KeptFiles {
  /** Opens for reading and writing; undefined when there is no such file. */
  open(path: string): Promise<KeptFile | undefined>;
  /** An empty file that only its owner may read; replaces what had that name. */
  create(path: string): Promise<KeptFile>;
  rename(from: string, to: string): Promise<void>;
  /** An absent file is as good as a removed one. */
  remove(path: string): Promise<void>;
  /** Resolves when names created, renamed and removed in `path` would survive a power cut. */
  syncDirectory(path: string): Promise<void>;
}

export interface KeptPaths {
  readonly journal: string;
  /** A journal that is still being made. */
  readonly fresh: string;
  /** The torn end of a journal that was cut. */
  readonly torn: string;
}
