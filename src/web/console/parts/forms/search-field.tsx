/** Owns the field that filters a view; what is looked for stands in the address, so that it can be sent. */

import { Search } from 'lucide';
import { useId } from 'preact/hooks';
import { queryOf, setQuery } from '../../router.ts';
import { Icon } from '../icon.tsx';

interface Props {
  readonly label: string;
  /** Of the address. */
  readonly name?: string;
}

export function SearchField({ label, name = 'search' }: Props) {
  const id = useId();
  return (
    <div class="search-field">
      <Icon shape={Search} />
      <label for={id} class="read-out">
        {label}
      </label>
      <input
        id={id}
        type="search"
        placeholder={label}
        value={queryOf(name)}
        onInput={({ currentTarget }) => setQuery(name, currentTarget.value)}
      />
    </div>
  );
}
