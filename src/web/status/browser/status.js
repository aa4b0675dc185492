/** Puts the page together: asks for the status, shows it or the way in, and keeps asking. */

import { createAnnouncer } from './announcer.js';
import { createCamerasView } from './cameras.js';
import { byId, setText } from './dom.js';
import { createEventsView } from './events.js';
import { openFeed } from './feed.js';
import { createInstancesView } from './instances.js';
import { createServiceView } from './service.js';
import { createSession, Refusal } from './session.js';
import { createSignIn } from './sign-in.js';
import { createTimes } from './time.js';
import { wordsFor } from './words/words.js';

const REFRESH_MS = 10_000;
const RETRY_MS = 2000;
/** Events come in bursts. */
const HINT_MS = 100;

const { language, locale, say, knows } = wordsFor(navigator.language);
document.documentElement.lang = language;
for (const place of document.querySelectorAll('[data-word]'))
  setText(place, say(place.getAttribute('data-word') ?? ''));

byId('loading').hidden = false;

const session = createSession();
const times = createTimes(locale, say);
const service = createServiceView(say, knows);
const surroundings = { say, knows, times, act: session.act };
const cameras = createCamerasView(surroundings);
const instances = createInstancesView(say, times);
const events = createEventsView(surroundings);
let announcer = createAnnouncer(say);
const signIn = createSignIn(say, async (username, password) => {
  await session.signIn(username, password);
  await refresh();
  // A proxy that vouches for people (Home Assistant) lets no token of theirs through, and this person it does not vouch for.
  if (session.token === undefined) throw new Refusal(403, say('signIn.stripped'));
});
/** @type {string | undefined} */
let loadedVersion;
/** @type {number | undefined} */
let lastSeenMs;
/** @type {(() => void) | undefined} */
let closeFeed;
/** @type {Promise<void> | undefined} */
let refreshing;
let isStale = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hinted;

byId('sign-out').addEventListener('click', async () => {
  leave();
  await session.signOut();
  await refresh();
});
document.addEventListener('visibilitychange', look);
void refresh();

/** A page that nobody sees asks nothing. */
function look() {
  if (!document.hidden) void refresh();
}

/** One question at a time; who asks meanwhile gets the answer to a question asked after that. @returns {Promise<void>} */
function refresh() {
  if (refreshing) {
    isStale = true;
    return refreshing;
  }
  isStale = false;
  refreshing = ask().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function ask() {
  clearTimeout(next);
  let trouble = '';
  do {
    isStale = false;
    try {
      show(await session.status());
    } catch (error) {
      trouble = troubleText(error);
    }
  } while (isStale && trouble === '');
  setText(byId('banner'), trouble);
  document.body.classList.toggle('is-lost', trouble !== '');
  next = setTimeout(look, trouble === '' ? REFRESH_MS : RETRY_MS);
}

function hint() {
  if (hinted !== undefined) return;
  hinted = setTimeout(() => {
    hinted = undefined;
    look();
  }, HINT_MS);
}

/** @param {import('../document.ts').StatusDocument} status */
function show(status) {
  const { version, mode, now, view } = status;
  loadedVersion ??= version;
  // The service was updated: this page belongs to the one before.
  if (version !== loadedVersion) return location.reload();
  lastSeenMs = Date.now();
  times.adjust(now);
  service.show(status);
  byId('loading').hidden = true;
  if (view === null) return showWayIn(mode);
  signIn.hide();
  byId('view').hidden = false;
  byId('account').hidden = false;
  setText(byId('account-name'), view.user.name ?? '');
  byId('account-name').hidden = view.user.name === null;
  byId('account-name').title = view.user.name === null ? '' : say('signedInAs', { name: view.user.name });
  // Whoever is vouched for by somebody else signs out there.
  byId('sign-out').hidden = session.token === undefined;
  setText(byId('no-cameras-hint'), say(`cameras.none.${mode}`));
  cameras.show(view.cameras);
  instances.show(view.instances);
  events.show(view.events, view.cameras);
  announcer.notice(view.cameras);
  times.tick();
  closeFeed ??= openFeed(session.token, hint);
}

/** @param {'serve' | 'follow'} mode */
function showWayIn(mode) {
  const hasEnded = session.token !== undefined;
  leave();
  session.forget();
  signIn.show(mode, hasEnded);
}

/** Leaves nothing of what was seen in the page. */
function leave() {
  closeFeed?.();
  closeFeed = undefined;
  byId('view').hidden = true;
  byId('account').hidden = true;
  setText(byId('account-name'), '');
  cameras.show([]);
  instances.show([]);
  events.show([], []);
  announcer = createAnnouncer(say);
  byId('announcements').textContent = '';
}

/** @param {unknown} error why nothing new is shown */
function troubleText(error) {
  // The service is there, and cannot tell who asks: NestMTX could, which it follows.
  if (error instanceof Refusal && error.code === 'unavailable') return say('banner.nestmtx');
  if (lastSeenMs === undefined) return say('banner.never');
  return say('banner.lost', { time: times.clockTime(lastSeenMs) });
}
