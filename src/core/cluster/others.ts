/** Owns the port by which the API asks the other bridges of a cluster what each of them alone knows, whenever somebody wants to know it. */

export interface Others {
  /** How this bridge is called among them, as in `cluster.list`. */
  readonly own: string;
  /** Asks all of them; waits for a second at most. */
  ask(subject: string, question: unknown): Promise<Heard>;
  /**
   * Looks for the one that has something to say, and waits for no other. Undefined where each of them has answered that it has not.
   * @throws ApiError as that one would; `unavailable` where one has not answered
   */
  find(subject: string, question: unknown): Promise<unknown>;
  /** How this bridge answers; one for each subject. @param answer undefined: it has nothing to say */
  onAsked(subject: string, answer: (question: unknown) => unknown): void;
}

export interface Heard {
  readonly answers: readonly Answer[];
  /** Which of them have not answered. */
  readonly silent: readonly string[];
}

interface Answer {
  readonly bridge: string;
  readonly value: unknown;
}
