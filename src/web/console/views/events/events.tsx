/** Owns the view of events: what has happened, as far back as the service keeps it, and what happens now. */

import './events.css';
import { Download, Pause, Play } from 'lucide';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { cameras } from '../../house/cameras.ts';
import { refusalOf } from '../../loads.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { SelectField } from '../../parts/forms/field.tsx';
import { SearchField } from '../../parts/forms/search-field.tsx';
import { Skeleton } from '../../parts/loaded.tsx';
import { Menu } from '../../parts/menu.tsx';
import { refused } from '../../parts/messages/toast.tsx';
import { queryOf, setQuery } from '../../router.ts';
import { may } from '../../status.ts';
import { EventRow } from './event-row.tsx';
import { type Filter, isFiltered } from './filter.ts';
import { type History, openHistory } from './history.ts';
import { keyOf } from './once.ts';
import { saveEvents } from './saving.ts';
import { EVENTS_WORDS, KINDS } from './words.ts';

export function EventsView() {
  const filter = { camera: queryOf('camera'), kind: queryOf('kind'), search: queryOf('search') };
  // The address holds the filter: another one is another list.
  const history = useMemo(() => openHistory(filter), [filter.camera, filter.kind, filter.search]);
  useEffect(() => history.close, [history]);
  return (
    <div class="events">
      <div class="view-head">
        <h1>{EVENTS_WORDS('title')}</h1>
        <div class="actions">
          <PauseButton history={history} />
          {may('events', 'list') && <SaveMenu filter={filter} />}
        </div>
      </div>
      <Filters />
      <EventList history={history} isFiltered={isFiltered(filter)} />
    </div>
  );
}

function Filters() {
  const all = cameras.value ?? [];
  return (
    <search class="filters" aria-label={EVENTS_WORDS('filters')}>
      <SelectField
        label={EVENTS_WORDS('camera')}
        value={queryOf('camera')}
        onChange={(id) => setQuery('camera', id)}
        options={[['', EVENTS_WORDS('allCameras')], ...all.map(({ id, name }) => [String(id), name] as const)]}
      />
      <SelectField
        label={EVENTS_WORDS('kind')}
        value={queryOf('kind')}
        onChange={(kind) => setQuery('kind', kind)}
        options={[['', EVENTS_WORDS('allKinds')], ...kinds().map((kind) => [kind, KINDS(kind)] as const)]}
      />
      {may('events', 'list') && <SearchField label={EVENTS_WORDS('search')} />}
    </search>
  );
}

function kinds() {
  return Object.keys(KINDS.texts.en).filter(KINDS.knows);
}

function PauseButton({ history }: { readonly history: History }) {
  const { isPaused, waiting } = history;
  if (!isPaused.value) {
    return (
      <Button icon={Pause} onPress={() => (isPaused.value = true)}>
        {EVENTS_WORDS('pause')}
      </Button>
    );
  }
  const n = waiting.value.length;
  return (
    <Button kind="primary" icon={Play} onPress={history.goOn}>
      {EVENTS_WORDS('resume')}
      {n > 0 && ` (${EVENTS_WORDS('waiting', { n })})`}
    </Button>
  );
}

function SaveMenu({ filter }: { readonly filter: Filter }) {
  return (
    <Menu
      label={EVENTS_WORDS('export')}
      icon={Download}
      items={[
        { text: EVENTS_WORDS('csv'), onPress: () => saveEvents(filter, 'csv') },
        { text: EVENTS_WORDS('json'), onPress: () => saveEvents(filter, 'json') },
      ]}
    />
  );
}

function EventList({ history, isFiltered: isChosen }: { readonly history: History; readonly isFiltered: boolean }) {
  const { events, total } = history;
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const more = () => history.more().catch((error: unknown) => refused(refusalOf(error)));
    void more();
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void more();
      },
      { rootMargin: '800px' },
    );
    if (end.current) observer.observe(end.current);
    return () => observer.disconnect();
  }, [history]);
  const isAll = total.value !== undefined && events.value.length >= total.value;
  return (
    <>
      {total.value === undefined && <Skeleton rows={6} />}
      {total.value === 0 && (
        <Empty title={EVENTS_WORDS(isChosen ? 'none.filtered' : 'none')}>
          {!isChosen && <p>{EVENTS_WORDS('none.hint')}</p>}
        </Empty>
      )}
      <ol class="event-list">
        {events.value.map((event) => (
          <EventRow key={keyOf(event)} event={event} />
        ))}
      </ol>
      <div ref={end} class="hint">
        {isAll && events.value.length > 0 && may('events', 'list') && EVENTS_WORDS('end')}
      </div>
    </>
  );
}
