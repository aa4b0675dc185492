/** Owns the list of MQTT accounts: found by name or label, as many as there are, several at once where one wants. */

import { useSignal } from '@preact/signals';
import { Plus } from 'lucide';
import { useEffect } from 'preact/hooks';
import { call } from '../../api.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { CheckField } from '../../parts/forms/field.tsx';
import { SearchField } from '../../parts/forms/search-field.tsx';
import { PER_PAGE, Rows } from '../../parts/lists/rows.tsx';
import { queryOf, setQuery } from '../../router.ts';
import { may, mayOwn } from '../../status.ts';
import { COMMON } from '../../words/common.ts';
import { AccountRow } from './account-row.tsx';
import { Bulk, type Selection } from './bulk.tsx';
import { changes, noteChange } from './changes.ts';
import { CreateDialog } from './create.tsx';
import { ACCOUNTS } from './words.ts';

const ROW_HEIGHT = 72;

interface Props {
  /** The one that is shown beside the list. */
  readonly shown: string | undefined;
}

export function AccountList({ shown }: Props) {
  const isCreating = useSignal(false);
  // The dialog leads to what it has made.
  useEffect(() => {
    isCreating.value = false;
  }, [shown]);
  const selection = useSignal<Selection>(new Map());
  const isBeside = shown !== undefined;
  const search = queryOf('search');
  // Who sees all users sees whose accounts are whose.
  const seesAll = may('users', 'list');
  const isEverybodys = seesAll && queryOf('owner') === 'all';

  function changed(): void {
    selection.value = new Map();
    noteChange();
  }

  function load(page: number) {
    const asked = { search, page, itemsPerPage: PER_PAGE };
    return call('instances.list', isEverybodys ? { ...asked, owner: 'all' } : asked);
  }

  return (
    <>
      <div class="view-head">
        {isBeside ? <h2>{ACCOUNTS('title')}</h2> : <h1>{ACCOUNTS('title')}</h1>}
        <div class="actions">
          {mayOwn('instances', 'create') && (
            <Button
              kind={isBeside ? 'quiet' : 'primary'}
              icon={Plus}
              {...(isBeside ? { label: ACCOUNTS('create') } : { children: ACCOUNTS('create') })}
              onPress={() => (isCreating.value = true)}
            />
          )}
        </div>
      </div>
      {!isBeside && <p class="hint">{ACCOUNTS('hint')}</p>}
      <div class="accounts-filters">
        <SearchField label={ACCOUNTS('search')} />
        {seesAll && (
          <CheckField
            label={ACCOUNTS('everybodys')}
            checked={isEverybodys}
            onChange={(is) => setQuery('owner', is ? 'all' : undefined)}
          />
        )}
      </div>
      <Rows
        label={ACCOUNTS('title')}
        rowHeight={ROW_HEIGHT}
        by={`${search}\n${isEverybodys}`}
        revision={changes.value}
        load={load}
        row={(account) => <AccountRow account={account} selection={isBeside ? undefined : selection} shown={shown} />}
        empty={
          search === '' ? (
            <Empty title={ACCOUNTS('none')}>
              <p>{ACCOUNTS('none.hint')}</p>
            </Empty>
          ) : (
            <Empty title={COMMON('nothingFound')}>{COMMON('nothingFound.hint', { search })}</Empty>
          )
        }
      />
      {!isBeside && <Bulk selection={selection} onChanged={changed} />}
      {isCreating.value && <CreateDialog onClose={() => (isCreating.value = false)} onCreated={changed} />}
    </>
  );
}
