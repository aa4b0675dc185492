/** Owns what is said when an address cannot be listened on: which setting to change. */

/** @throws Error that names `setting`, in place of the system's own */
export async function listening<T>(starting: Promise<T>, setting: string): Promise<T> {
  try {
    return await starting;
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause && cause.syscall === 'listen')) throw cause;
    throw new Error(`${cause.message}. Stop what is listening there, or set ${setting} to another port`, { cause });
  }
}
