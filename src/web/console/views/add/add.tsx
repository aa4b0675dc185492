/** Owns the view that adds cameras: by address, from what MediaMTX and go2rtc have, for one that publishes, or from Google. */

import './add.css';
import { ChevronLeft } from 'lucide';
import { LinkButton } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { shownTab, Tabs } from '../../parts/tabs.tsx';
import { may } from '../../status.ts';
import { COMMON } from '../../words/common.ts';
import { ByAddress } from './by-address.tsx';
import { Found } from './found.tsx';
import { ADD } from './words.ts';

export function AddView() {
  const tabs = ['address', 'found', 'publisher', ...(may('credentials', 'list') ? (['google'] as const) : [])] as const;
  const tab = shownTab(tabs);
  return (
    <div class="add">
      <a class="back" href="#/">
        <Icon shape={ChevronLeft} />
        {COMMON('back')}
      </a>
      <h1>{ADD('title')}</h1>
      <Tabs label={ADD('ways')} tabs={tabs.map((name) => [name, ADD(name)])} />
      {tab === 'address' && <ByAddress />}
      {tab === 'found' && <Found />}
      {tab === 'publisher' && <ByAddress publishes />}
      {tab === 'google' && (
        <>
          <p>{ADD('google.hint')}</p>
          <LinkButton to="/google">{ADD('google.go')}</LinkButton>
        </>
      )}
    </div>
  );
}
