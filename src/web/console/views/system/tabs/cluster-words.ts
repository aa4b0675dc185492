/** Owns the words about the bridges that work together. */

import { words } from '../../../words/words.ts';

export const CLUSTER = words(
  {
    bridges: 'Bridges of {name}',
    this: '{bridge} (this one)',
    leads: 'Leads',
    led: 'Nobody leads at the moment: events wait. Usually two seconds; longer while the NATS servers choose a leader or have no majority.',
    sees: 'Sees {sources}',
    'sees.none': 'Sees no source of cameras',
    'behind.one': 'one entry behind',
    'behind.other': '{n} entries behind',
    servers: 'NATS servers',
    log: 'The shared log has entries {first} to {last}, {bytes} bytes.',
    away: 'Nobody tells of the log: the NATS servers have no majority, or this bridge does not reach it.',
    whole: 'Has everything',
    catching: 'Catches up',
    gone: 'Away',
  },
  {
    bridges: 'Bridges von {name}',
    this: '{bridge} (diese hier)',
    leads: 'Führt',
    led: 'Gerade führt keine: Ereignisse warten. Meist zwei Sekunden; länger, solange die NATS-Server einen Leader wählen oder keine Mehrheit haben.',
    sees: 'Sieht {sources}',
    'sees.none': 'Sieht keine Kameraquelle',
    'behind.one': 'einen Eintrag zurück',
    'behind.other': '{n} Einträge zurück',
    servers: 'NATS-Server',
    log: 'Das gemeinsame Log hat die Einträge {first} bis {last}, {bytes} Bytes.',
    away: 'Niemand gibt Auskunft über das Log: Die NATS-Server haben keine Mehrheit, oder diese Bridge erreicht sie nicht.',
    whole: 'Hat alles',
    catching: 'Holt auf',
    gone: 'Weg',
  },
);
