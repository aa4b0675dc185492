/** Owns the view of MQTT accounts: the list, and beside it the one that was chosen, where there is room. */

import './accounts.css';
import { Panes } from '../../parts/lists/panes.tsx';
import type { ViewProps } from '../../views.ts';
import { AccountDetail } from './account.tsx';
import { AccountList } from './list.tsx';

export function AccountsView({ params: { id } }: ViewProps) {
  return (
    <Panes
      shown={id}
      list={() => <AccountList shown={id} />}
      detail={id === undefined ? undefined : () => <AccountDetail key={id} id={id} />}
    />
  );
}
