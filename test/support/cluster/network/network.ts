/** Owns what a network of a cluster's programs has to offer, whichever it is: places where they run, each of which can be cut off from the others. */

/** Program and arguments. */
type Command = readonly [program: string, ...args: string[]];

export interface Place {
  /** Under which the others find what listens there. */
  readonly host: string;
  /** Where a program listens that its clients shall reach, too. */
  readonly listen: string;
  /** One that is free there. */
  port(usual: number): Promise<number>;
  /** What runs a program there. */
  command(command: Command): Command;
  /** `host:port` of others, as they are to be asked for from there. */
  ways(addresses: readonly string[]): Promise<readonly string[]>;
  /** @returns a port of our own that leads there, also while it is cut off from the others */
  portHere(port: number): Promise<number>;
  /** It and the others hear nothing of one another any more, and no connection ends. */
  cutOff(): Promise<void>;
  reach(): Promise<void>;
  /** Says nothing to these any more, for good; hears and is heard by others. */
  ignore(others: readonly Place[]): Promise<void>;
}

export interface Network {
  /** How places are cut off. */
  readonly by: string;
  place(): Promise<Place>;
  /** They and the others hear nothing of one another any more, and all of one another. */
  part(places: readonly Place[]): Promise<void>;
  mend(): Promise<void>;
  /** To be called when nothing runs there any more. */
  remove(): Promise<void>;
}
