/** Owns what two instances try in a property test: names that are alike, filters and topics that reach for each other. */

import fc from 'fast-check';

/** How a tenant is connected. */
export interface Seat {
  readonly version: 4 | 5;
  readonly clientId: string;
  readonly clean: boolean;
  readonly willTopic?: string;
}

export type Attempt =
  | { readonly kind: 'subscribe'; readonly filters: string[] }
  | { readonly kind: 'publish'; readonly topic: string; readonly qos: 0 | 1 | 2; readonly retain: boolean }
  /** `breaks`: without a goodbye, so that the last will is due. */
  | { readonly kind: 'sit'; readonly seat: Seat; readonly breaks: boolean };

export interface Pair {
  readonly users: readonly [string, string];
  readonly seats: readonly [Seat, Seat];
  readonly plans: readonly [Attempt[], Attempt[]];
}

type Users = Pair['users'];

/** Two names of instances, often hard to tell apart. */
const users: fc.Arbitrary<Users> = fc
  .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{7}$/), fc.constantFrom('case', 'longer', 'shorter', 'other'))
  .map(([name, relation]): Users => {
    const flipped = name.replace(/^./, (first) =>
      first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase(),
    );
    const others = { case: flipped, longer: `${name}x`, shorter: name.slice(0, 7), other: `z${name.slice(1)}y` };
    return [name, others[relation]];
  });

/** @param levels what else a level may be, besides the users' names */
function names(pair: Users, levels: readonly string[]): fc.Arbitrary<string> {
  const rest = fc.array(fc.constantFrom('a', 'b', '', ...pair, ...levels), { maxLength: 3 });
  const start = fc.constantFrom(...pair, ...pair.map((user) => `/${user}`));
  const reaching = fc.tuple(start, rest).map(([root, more]) => [root, ...more].join('/'));
  const anything = fc.array(fc.constantFrom('a', '', 'nestmtx', '$SYS', ...pair, ...levels), {
    minLength: 1,
    maxLength: 4,
  });
  return fc.oneof({ weight: 3, arbitrary: reaching }, { weight: 1, arbitrary: anything.map((each) => each.join('/')) });
}

function topics(pair: Users): fc.Arbitrary<string> {
  return names(pair, []).filter((topic) => topic !== '');
}

function filters(pair: Users): fc.Arbitrary<string> {
  const plain = names(pair, ['+', '#']);
  const shared = plain.map((filter) => `$share/g/${filter}`);
  return fc
    .oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: shared })
    .filter((filter) => filter !== '' && !/#./.test(filter));
}

function seats(pair: Users): fc.Arbitrary<Seat> {
  const clientId = fc.constantFrom('same', 'other', ...pair);
  const place = { version: fc.constantFrom(4 as const, 5 as const), clientId, clean: fc.boolean() };
  return fc.record({ ...place, willTopic: topics(pair) }, { requiredKeys: ['version', 'clientId', 'clean'] });
}

export function attempts(pair: Users): fc.Arbitrary<Attempt[]> {
  const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
  const kind = <Kind extends Attempt['kind']>(name: Kind) => fc.constant(name);
  const subscribe = fc.record({
    kind: kind('subscribe'),
    filters: fc.array(filters(pair), { minLength: 1, maxLength: 4 }),
  });
  const publish = fc.record({ kind: kind('publish'), topic: topics(pair), qos, retain: fc.boolean() });
  const sit = fc.record({ kind: kind('sit'), seat: seats(pair), breaks: fc.boolean() });
  return fc.array(
    fc.oneof({ weight: 3, arbitrary: subscribe }, { weight: 4, arbitrary: publish }, { weight: 2, arbitrary: sit }),
    { maxLength: 12 },
  );
}

export function pairs(plan: (pair: Users) => fc.Arbitrary<Attempt[]>): fc.Arbitrary<Pair> {
  return users.chain((pair) =>
    fc.record({
      users: fc.constant(pair),
      seats: fc.tuple(seats(pair), seats(pair)),
      plans: fc.tuple(plan(pair), plan(pair)),
    }),
  );
}
