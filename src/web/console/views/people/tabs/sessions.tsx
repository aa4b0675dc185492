/** Owns where somebody is signed in, and the tokens of programs: what each is called, when it was used last, and its end. */

import { useSignal } from '@preact/signals';
import { LogOut, Plus } from 'lucide';
import type { TokenInfo } from '../../../../../protocol/entities/auth.ts';
import { call } from '../../../api.ts';
import { agoText, exactText } from '../../../clock.ts';
import { useLoad } from '../../../loads.ts';
import { Button } from '../../../parts/button.tsx';
import { CheckField } from '../../../parts/forms/field.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { confirmOnce } from '../../../parts/messages/confirm.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { At } from '../../../parts/moment.tsx';
import { queryOf, setQuery } from '../../../router.ts';
import { may } from '../../../status.ts';
import { TokenDialog } from '../token-dialog.tsx';
import { PEOPLE } from '../words.ts';

export function SessionsTab() {
  const isEverybodys = queryOf('owner') === 'all' && may('users', 'list');
  const isCreating = useSignal(false);
  const load = useLoad(async () => {
    const tokens = await call('auth.list', { everybody: isEverybodys });
    return { tokens, names: isEverybodys ? await namesOfUsers() : new Map<number, string>() };
  }, [isEverybodys]);

  async function end({ id, name }: TokenInfo): Promise<void> {
    const title = PEOPLE('end.title', { name: name ?? PEOPLE('unnamed') });
    if (!(await confirmOnce({ title, consequence: PEOPLE('end.consequence'), verb: PEOPLE('end') }))) return;
    await call('auth.delete', undefined, id);
    await load.reload();
    done(PEOPLE('ended'));
  }

  return (
    <>
      <div class="actions">
        <Button icon={Plus} onPress={() => (isCreating.value = true)}>
          {PEOPLE('token')}
        </Button>
      </div>
      {may('users', 'list') && (
        <CheckField
          label={PEOPLE('everybodys')}
          checked={isEverybodys}
          onChange={(is) => setQuery('owner', is ? 'all' : undefined)}
        />
      )}
      <Loaded load={load}>
        {({ tokens, names }) => (
          <ul class="plain-list">
            {tokens.map((token) => (
              <li key={token.id}>
                <div class="two-lines">
                  <strong>
                    {[names.get(token.user_id), token.name ?? PEOPLE('unnamed')].filter(Boolean).join(': ')}
                  </strong>
                  <span class="hint">
                    <LastUse token={token} /> · {PEOPLE('until')} <At at={token.expires_at} />
                  </span>
                </div>
                {token.current ? (
                  <span class="hint">{PEOPLE('current')}</span>
                ) : (
                  <Button kind="quiet" icon={LogOut} label={endLabel(token)} onPress={() => end(token)} />
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {isCreating.value && <TokenDialog onClose={() => (isCreating.value = false)} onCreated={load.reload} />}
    </>
  );
}

function LastUse({ token: { last_used_at, last_address } }: { readonly token: TokenInfo }) {
  if (last_used_at === null) return <>{PEOPLE('unused')}</>;
  const ago = agoText(last_used_at);
  return (
    <time dateTime={last_used_at} title={exactText(last_used_at)}>
      {last_address === null ? PEOPLE('used', { ago }) : PEOPLE('used.from', { ago, address: last_address })}
    </time>
  );
}

function endLabel({ name }: TokenInfo): string {
  return PEOPLE('end.of', { name: name ?? PEOPLE('unnamed') });
}

async function namesOfUsers(): Promise<ReadonlyMap<number, string>> {
  const { items } = await call('users.list', { itemsPerPage: 1000 });
  return new Map(items.map(({ id, username }) => [id, username]));
}
