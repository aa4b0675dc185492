/** Owns what is said on each channel in one go of the program: it goes out together, since to the network many small messages cost more than one. */

export interface Batches {
  /** @param bytes are not changed any more */
  add(channel: string, bytes: Uint8Array): void;
  /** Sends what waits: whatever is sent otherwise comes behind what was said before it. */
  flush(): void;
}

interface Batch {
  readonly parts: Uint8Array[];
  length: number;
}

/** Enough that the network's own costs do not count any more. */
const MOST_BYTES = 32 * 1024;
const LENGTH_BYTES = 4;

/**
 * @param send is called with one batch; throws what `add` then throws for bytes that are too many by themselves
 * @param soon calls back when the program has said what it has to say just now
 */
export function createBatches(
  send: (channel: string, bytes: Uint8Array) => void,
  soon: (callback: () => void) => void,
): Batches {
  const waiting = new Map<string, Batch>();
  let isDue = false;

  function flush(): void {
    isDue = false;
    if (waiting.size === 0) return;
    const all = [...waiting];
    waiting.clear();
    for (const [channel, { parts, length }] of all) send(channel, Buffer.concat(parts, length));
  }

  function open(channel: string): Batch {
    const batch: Batch = { parts: [], length: 0 };
    waiting.set(channel, batch);
    if (!isDue) soon(flush);
    isDue = true;
    return batch;
  }

  return {
    add(channel, bytes) {
      const needed = LENGTH_BYTES + bytes.length;
      let batch = waiting.get(channel);
      if (batch !== undefined && batch.length + needed > MOST_BYTES) {
        flush();
        batch = undefined;
      }
      const length = Buffer.allocUnsafe(LENGTH_BYTES);
      length.writeUInt32BE(bytes.length);
      if (needed > MOST_BYTES) {
        send(channel, Buffer.concat([length, bytes], needed));
        return;
      }
      batch ??= open(channel);
      batch.parts.push(length, bytes);
      batch.length += needed;
    },
    flush,
  };
}

/** What was said, one after the other; views of the same bytes. @throws Error where the bytes are no batch: what stands before is told */
export function readBatch(batch: Uint8Array, tell: (bytes: Uint8Array) => void): void {
  const lengths = new DataView(batch.buffer, batch.byteOffset, batch.length);
  for (let at = 0; at < batch.length; ) {
    const begin = at + LENGTH_BYTES;
    const end = begin <= batch.length ? begin + lengths.getUint32(at) : Number.POSITIVE_INFINITY;
    if (end > batch.length) throw new Error(`a batch of ${batch.length} bytes ends in the middle of a message`);
    tell(batch.subarray(begin, end));
    at = end;
  }
}
