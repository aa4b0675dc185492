/** Starts the console: the look, what it listens to, and the first view. */

import './styles/console.css';
import { options, render } from 'preact';
import { watchCameras } from './house/cameras.ts';
import { watchEvents } from './house/events.ts';
import { watchOutages } from './house/outages.ts';
import { watchPictures } from './house/pictures.ts';
import { startLook } from './look.ts';
import { watchAddress } from './router.ts';
import { followOtherTabs } from './session.ts';
import { watchKeys } from './shell/keys.tsx';
import { Shell } from './shell.tsx';
import { watchStatus } from './status.ts';
import { leadTheFirst } from './views/start/first-run.ts';
import { currentView } from './views.ts';
import { contained } from './words/direction.ts';

// Every text that is drawn, whichever view it stands in and whoever wrote it.
const { vnode: before } = options;
options.vnode = (vnode) => {
  const text: unknown = vnode.props;
  if (typeof text === 'string') Reflect.set(vnode, 'props', contained(text));
  before?.(vnode);
};

startLook();
followOtherTabs();
watchAddress();
watchKeys(() => currentView()?.view.below);
watchCameras();
watchEvents();
watchOutages();
watchPictures();
watchStatus();
leadTheFirst();
render(<Shell />, document.body);
