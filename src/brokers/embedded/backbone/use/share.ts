/** Owns how much of what an account may do one broker lets it do, by what it does at others: what they leave, and never less than an equal share. */

/** What an account does at another broker. */
export interface WorkElsewhere {
  readonly perSecond: number;
  /** It would do more there if it might. */
  readonly isHeldUp: boolean;
}

/** Brokers that know the same of one another come to shares that are the whole together. */
export function shareOf(limit: number, others: readonly WorkElsewhere[]): number {
  const wanted = others.map(({ perSecond, isHeldUp }) =>
    isHeldUp ? Number.POSITIVE_INFINITY : Math.max(0, perSecond),
  );
  let left = limit;
  let among = wanted.length + 1;
  for (const perSecond of wanted.sort((one, other) => one - other)) {
    // Whoever wants more than an equal share of what is left has that share, and no more.
    if (perSecond >= left / among) break;
    left -= perSecond;
    among -= 1;
  }
  return left / among;
}
