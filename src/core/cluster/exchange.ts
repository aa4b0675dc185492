/** Owns the port to the other bridges of a cluster: what is said to whoever listens at the moment, and questions that all of them answer. */

export interface Exchange {
  /** Of this bridge; another one after each start. */
  readonly id: string;
  /** The other bridges that live, as far as is known. */
  readonly others: readonly string[];
  /** Runs when one has left, or was not heard of for so long that it serves nobody any more. */
  onLost(listener: (id: string) => void): () => void;
  /** More is said than the network takes: who says it should wait for `caughtUp`. */
  readonly isBehind: boolean;
  /** A channel is any text. At most once, to those who listen; from one bridge in its order. Nobody is waited for. */
  say(channel: string, bytes: Uint8Array): void;
  /** What others say there; not what this bridge does. Others know of it when they have answered a question that was asked later. */
  listen(channel: string, hear: (bytes: Uint8Array) => void): () => void;
  /** Resolves when the network has what was said so far, or is gone. */
  caughtUp(): Promise<void>;
  /** Asks all others. Resolves when all who live have answered, or have nobody who could, or after `patienceMs`. */
  ask(subject: string, question: Uint8Array, patienceMs: number, isEnough?: IsEnough): Promise<Answers>;
  /**
   * The same where it is only a courtesy to wait: for those who were heard of in the last seconds. Who does not answer in time is not
   * waited for again before it is heard of.
   */
  askPresent(subject: string, question: Uint8Array, patienceMs: number): Promise<Answers>;
  /** How others are answered; one for each subject. An answer that fails is none. */
  onAsked(subject: string, answer: (question: Uint8Array) => Promise<Uint8Array>): () => void;
}

/** Whether one answer is all that whoever asks wants to know: then nobody else is waited for. */
export type IsEnough = (answer: Uint8Array) => boolean;

export interface Answers {
  readonly answers: readonly Uint8Array[];
  /** Who lives, as far as is known, and has not answered. */
  readonly silent: readonly string[];
}
