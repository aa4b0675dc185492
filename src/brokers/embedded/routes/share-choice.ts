/** Owns at which broker each group of a shared subscription gets one message: its publisher's broker has chosen, and no other chooses again. */

export class ShareChoice {
  /** Which broker this is. */
  readonly #at: string;
  /** The broker, by the group's name. */
  readonly chosen: ReadonlyMap<string, string>;
  /** All others have the message already: it comes for these groups alone. */
  readonly isForGroupsOnly: boolean;

  constructor(at: string, chosen: ReadonlyMap<string, string>, isForGroupsOnly = false) {
    this.#at = at;
    this.chosen = chosen;
    this.isForGroupsOnly = isForGroupsOnly;
  }

  /** Whether a member here gets it. Of a group that is in no choice nobody was known when it was made: whoever has one of it serves it. */
  isHere(group: string): boolean {
    const broker = this.chosen.get(group);
    return broker === undefined ? !this.isForGroupsOnly : broker === this.#at;
  }

  get groupsHere(): string[] {
    return [...this.chosen.keys()].filter((group) => this.isHere(group));
  }
}
