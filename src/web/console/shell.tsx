/** Owns the frame around all views: navigation, who looks, what is stale, messages and questions. It shows the way in to strangers. */

import { Search } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { timeText } from './clock.ts';
import { lastHeardMs } from './live.ts';
import { Button } from './parts/button.tsx';
import { Empty } from './parts/empty.tsx';
import { Icon } from './parts/icon.tsx';
import { useShownInView } from './parts/in-view.ts';
import { Skeleton } from './parts/loaded.tsx';
import { Confirmations } from './parts/messages/confirm.tsx';
import { ProgressOfMany } from './parts/messages/progress.tsx';
import { Toasts } from './parts/messages/toast.tsx';
import { route } from './router.ts';
import { AccountMenu } from './shell/account-menu.tsx';
import { isSearching, Keys } from './shell/keys.tsx';
import { SearchEverything } from './shell/search.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { SHELL } from './shell/words.ts';
import { isFresh, status, trouble, viewer } from './status.ts';
import { currentView, visibleViews } from './views.ts';
import { COMMON } from './words/common.ts';

export function Shell() {
  if (!status.value) return <main>{trouble.value ? <p class="banner">{SHELL('never')}</p> : <Skeleton />}</main>;
  if (!viewer.value) {
    return (
      <main>
        <Banner />
        <SignIn />
      </main>
    );
  }
  return (
    <>
      <header class="top">
        <a class="skip" href={`#${route.value.path}`} onClick={skip}>
          {SHELL('skip')}
        </a>
        <a class="brand" href="#/">
          <img src="console/logo.svg" alt="" width="32" height="32" />
          <span>NestMTX Bridge</span>
        </a>
        <Button kind="quiet" icon={Search} label={COMMON('search')} onPress={() => (isSearching.value = true)} />
        <AccountMenu />
      </header>
      <Navigation />
      <Content />
      <Toasts />
      <Confirmations />
      <ProgressOfMany />
      <Keys />
      <SearchEverything />
    </>
  );
}

/** Not by its address, which belongs to the views. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')?.focus();
}

function Navigation() {
  const shown = currentView()?.view;
  const row = useShownInView<HTMLElement>(shown?.below ?? shown?.address);
  return (
    <nav ref={row} class="navigation" aria-label={SHELL('navigation')} data-arrows="">
      {visibleViews().map(
        ({ address, icon, title }) =>
          icon && (
            <a
              key={address}
              href={`#${address}`}
              aria-current={(shown?.below ?? shown?.address) === address ? 'page' : undefined}
            >
              <Icon shape={icon} />
              <span>{title()}</span>
            </a>
          ),
      )}
    </nav>
  );
}

function Content() {
  const found = currentView();
  const { path } = route.value;
  const title = found ? found.view.title() : SHELL('notFound');
  const main = useRef<HTMLElement>(null);
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    document.title = `${title} · NestMTX Bridge`;
  }, [title]);
  // Who goes to another view begins at its top; who comes back from a thing stands on it again.
  useEffect(() => {
    const from = before.current;
    before.current = path;
    if (from === undefined || !main.current) return;
    (main.current.querySelector<HTMLElement>('.pane-detail') ?? main.current).focus({ preventScroll: true });
    scrollTo(0, 0);
    if (from.startsWith(path)) requestAnimationFrame(() => linkTo(from)?.focus());
  }, [path]);
  return (
    <main ref={main} tabIndex={-1} class={isFresh.value || lastHeardMs.value === undefined ? '' : 'is-stale'}>
      <Banner />
      {found ? (
        <found.view.page key={found.view.stays ?? path} params={found.params} />
      ) : (
        <>
          <h1>{title}</h1>
          <Empty title={SHELL('notFound.hint')}>
            <a href="#/">{SHELL('home')}</a>
          </Empty>
        </>
      )}
    </main>
  );
}

function linkTo(path: string): HTMLElement | undefined {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('main [data-arrows] a[href]')];
  return links.find(({ hash }) => hash === `#${path}` || hash.startsWith(`#${path}?`));
}

/** What you see may not be so any more. */
function Banner() {
  const heardMs = lastHeardMs.value;
  const isLost = !isFresh.value && (trouble.value !== undefined || heardMs !== undefined);
  if (!isLost) return null;
  const text =
    trouble.value?.code === 'unavailable'
      ? SHELL('nestmtx')
      : heardMs === undefined
        ? SHELL('never')
        : SHELL('lost', { time: timeText(new Date(heardMs).toISOString()) });
  return (
    <p class="banner" role="status">
      {text}
    </p>
  );
}
