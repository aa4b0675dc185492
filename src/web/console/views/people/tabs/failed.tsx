/** Owns the logins that failed lately: under which name, from where, and how often. */

import { call } from '../../../api.ts';
import { useLoad } from '../../../loads.ts';
import { Empty } from '../../../parts/empty.tsx';
import { Unanswered } from '../../../parts/lists/unanswered.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Ago } from '../../../parts/moment.tsx';
import { PEOPLE } from '../words.ts';

export function Failed() {
  const load = useLoad(() => call('auth.read', undefined, 'failed'));
  return (
    <Loaded load={load}>
      {({ count, items, unanswered }) =>
        items.length === 0 && unanswered === undefined ? (
          <Empty title={PEOPLE('failed.none')} />
        ) : (
          <>
            <Unanswered bridges={unanswered} />
            <p class="hint">{PEOPLE('failed.count', { n: count })}</p>
            <ul class="plain-list">
              {items.map(({ username, network, times, last_at }) => (
                <li key={`${username}\n${network}`}>
                  <strong>{username ?? PEOPLE('failed.unknown')}</strong>
                  <span class="hint">
                    {network} · {PEOPLE('failed.times', { n: times })} · <Ago at={last_at} />
                  </span>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}
