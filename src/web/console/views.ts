/** Owns the list of views: the address of each, its title, its place in the navigation, and who sees it. A new view is a line here. */

import { Cctv, CodeXml, History, KeyRound, Settings, Users, Webcam } from 'lucide';
import type { ComponentType } from 'preact';
import type { Command } from '../../protocol/verbs.ts';
import type { Condition } from './house/condition.ts';
import type { IconShape } from './parts/icon.tsx';
import { matchPath, route } from './router.ts';
import { mayOwn } from './status.ts';
import { AccountsView } from './views/accounts/accounts.tsx';
import { ACCOUNTS } from './views/accounts/words.ts';
import { AddView } from './views/add/add.tsx';
import { ADD } from './views/add/words.ts';
import { ApiView } from './views/api/api.tsx';
import { API } from './views/api/words.ts';
import { CameraView } from './views/camera/camera.tsx';
import { CAMERA_WORDS } from './views/camera/words.ts';
import { EventsView } from './views/events/events.tsx';
import { EVENTS_WORDS } from './views/events/words.ts';
import { GoogleView } from './views/google/google.tsx';
import { GOOGLE } from './views/google/words.ts';
import { HomeView } from './views/home/home.tsx';
import { findCameras } from './views/home/search.ts';
import { HOME } from './views/home/words.ts';
import { PeopleView } from './views/people/people.tsx';
import { PEOPLE } from './views/people/words.ts';
import { StartView } from './views/start/start.tsx';
import { START } from './views/start/words.ts';
import { SystemView } from './views/system/system.tsx';
import { SYSTEM } from './views/system/words.ts';

export interface ViewProps {
  /** What stands where its address has `:name`. */
  readonly params: Readonly<Record<string, string>>;
}

export interface View {
  /** Such as `/cameras/:id`; the first that fits is shown. */
  readonly address: string;
  readonly title: () => string;
  /** Whoever may not do that does not see it; absent: everybody does. */
  readonly needs?: readonly [module: string, command: Command];
  /** With one it stands in the navigation. */
  readonly icon?: IconShape;
  /** The address of the one in the navigation that it belongs to. */
  readonly below?: string;
  readonly page: ComponentType<ViewProps>;
  /** What is drawn stays when another view of this name, or another thing of this one, is shown: the list beside keeps its place. */
  readonly stays?: string;
  /** What of it fits a text that somebody searches for: a few, the best first. Asked of the service where it is not known here. */
  readonly find?: (text: string) => readonly Found[] | Promise<readonly Found[]>;
}

/** A thing that a search has found. */
export interface Found {
  /** Its address, such as `/cameras/1`. */
  readonly to: string;
  readonly text: string;
  /** What tells it from others of that name. */
  readonly hint?: string;
  readonly condition?: Condition;
}

const VIEWS: readonly View[] = [
  { address: '/', title: () => HOME('title'), icon: Cctv, page: HomeView, find: findCameras },
  { address: '/cameras/add', title: () => ADD('title'), needs: ['cameras', 'create'], below: '/', page: AddView },
  {
    address: '/cameras/:id',
    title: () => CAMERA_WORDS('title'),
    needs: ['cameras', 'read'],
    below: '/',
    page: CameraView,
    stays: 'cameras',
  },
  { address: '/events', title: () => EVENTS_WORDS('title'), icon: History, page: EventsView },
  {
    address: '/accounts',
    title: () => ACCOUNTS('title'),
    needs: ['instances', 'list'],
    icon: KeyRound,
    page: AccountsView,
    stays: 'accounts',
  },
  {
    address: '/accounts/:id',
    title: () => ACCOUNTS('account'),
    needs: ['instances', 'read'],
    below: '/accounts',
    page: AccountsView,
    stays: 'accounts',
  },
  { address: '/people', title: () => PEOPLE('navigation'), needs: ['auth', 'list'], icon: Users, page: PeopleView },
  { address: '/google', title: () => GOOGLE('title'), needs: ['credentials', 'list'], icon: Webcam, page: GoogleView },
  { address: '/api', title: () => API('title'), needs: ['events', 'create'], icon: CodeXml, page: ApiView },
  { address: '/system', title: () => SYSTEM('title'), needs: ['service', 'list'], icon: Settings, page: SystemView },
  { address: '/start', title: () => START('title'), needs: ['cameras', 'create'], page: StartView },
];

export function visibleViews(): readonly View[] {
  return VIEWS.filter(({ needs }) => !needs || mayOwn(...needs));
}

/** The view at the address, for whoever may see it. */
export function currentView(): { readonly view: View; readonly params: ViewProps['params'] } | undefined {
  for (const view of visibleViews()) {
    const params = matchPath(view.address, route.value.path);
    if (params) return { view, params };
  }
  return undefined;
}
