/** Owns the events that are shown: what the service kept, page by page as one scrolls, and in front of it what happens now unless one pauses. */

import { type Signal, signal } from '@preact/signals';
import { call } from '../../api.ts';
import { recentEvents } from '../../house/events.ts';
import { type LiveEvent, onEvent } from '../../live.ts';
import { may } from '../../status.ts';
import { type Filter, fits, queryFor } from './filter.ts';
import { notIn } from './once.ts';

const PER_PAGE = 100;
/** A burst of live events is shown at once. */
const GATHER_MS = 50;

export interface History {
  readonly events: Signal<readonly LiveEvent[]>;
  /** Undefined before the first answer. */
  readonly total: Signal<number | undefined>;
  /** What happened while one paused. */
  readonly waiting: Signal<readonly LiveEvent[]>;
  readonly isPaused: Signal<boolean>;
  /** Asks for the next page; nothing where there is none. @throws Refusal */
  more(): Promise<void>;
  goOn(): void;
  close(): void;
}

export function openHistory(filter: Filter): History {
  const isKept = may('events', 'list');
  const heard = recentEvents.peek().filter((event) => fits(event, filter));
  const events = signal<readonly LiveEvent[]>(isKept ? [] : heard);
  const total = signal<number | undefined>(isKept ? undefined : heard.length);
  const waiting = signal<readonly LiveEvent[]>([]);
  const isPaused = signal(false);
  let asking: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gathered: LiveEvent[] = [];

  /** What the service has listed meanwhile is there already. */
  function add(heardNow: readonly LiveEvent[]): void {
    const fresh = notIn(events.peek(), heardNow);
    events.value = [...fresh, ...events.peek()];
    total.value = (total.peek() ?? 0) + fresh.length;
  }

  function showGathered(): void {
    timer = undefined;
    const fresh = gathered.toReversed();
    gathered = [];
    if (isPaused.peek()) waiting.value = [...fresh, ...waiting.peek()];
    else add(fresh);
  }

  const stop = onEvent((event) => {
    // What is searched for is found by the service; a search shows what was when it was asked.
    if (filter.search.trim() !== '' || !fits(event, filter)) return;
    gathered.push(event);
    if (timer === undefined) timer = setTimeout(showGathered, GATHER_MS);
  });

  async function ask(): Promise<void> {
    const shown = events.peek().length;
    if (!isKept || (total.peek() !== undefined && shown >= (total.peek() ?? 0))) return;
    // Pages move on by what has happened since: asked for so that none is left out.
    const page = Math.floor((shown + waiting.peek().length) / PER_PAGE) + 1;
    const answer = await call('events.list', { ...queryFor(filter), page, itemsPerPage: PER_PAGE });
    const further = notIn([...events.peek(), ...waiting.peek()], answer.items);
    events.value = [...events.peek(), ...further];
    total.value = further.length === 0 ? events.peek().length : answer.total;
  }

  return {
    events,
    total,
    waiting,
    isPaused,
    more() {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    goOn() {
      isPaused.value = false;
      const fresh = waiting.peek();
      waiting.value = [];
      add(fresh);
    },
    close() {
      clearTimeout(timer);
      stop();
    },
  };
}
