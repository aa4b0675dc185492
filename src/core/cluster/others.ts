/** Owns the port by which the API asks the other bridges of a cluster what each of them alone knows, whenever somebody wants to know it. */

export interface Others {
  /** How this bridge is called among them, as in `cluster.list`. */
  readonly own: string;
  /** Asks all of them; waits for a second at most. What is not believed is no answer. */
  ask<T>(subject: string, question: unknown, believes: Belief<T>): Promise<Heard<T>>;
  /**
   * Looks for the one that has something to say, and waits for no other. Undefined where each of them has answered that it has not.
   * @throws ApiError as that one would; `unavailable` where one has not answered, or nothing that is believed
   */
  find<T>(subject: string, question: unknown, believes: Belief<T>): Promise<T | undefined>;
  /** How this bridge answers; one for each subject. @param answer undefined: it has nothing to say */
  onAsked(subject: string, answer: (question: unknown) => unknown): void;
}

/** Whether it is what was asked for. */
export type Belief<T> = (told: unknown) => told is T;

interface Heard<T> {
  readonly answers: readonly Answer<T>[];
  /** Which of them have not answered. */
  readonly silent: readonly string[];
}

interface Answer<T> {
  readonly bridge: string;
  readonly value: T;
}
