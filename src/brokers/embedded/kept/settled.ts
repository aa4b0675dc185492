/** Owns an answer that is there already: a thenable that calls back at once, where a promise would wait its turn. */

/**
 * aedes chains its persistence with `.then(ok, failed)` and numbers a packet before it does. With real promises, a packet
 * that needs no storage overtakes one that does, and aedes then drops the overtaken one as a duplicate.
 */
export interface Settled<Value> {
  then(settled: (value: Value) => void): void;
}

export function settled<Value>(value: Value): Settled<Value> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: being a thenable is the point
    then: (callback) => callback(value),
  };
}
