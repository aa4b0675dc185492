/** Owns the words about the bridges that work together. */

import { words } from '../../../words/words.ts';

export const CLUSTER = words(
  {
    bridges: 'Bridges of {name}',
    this: '{bridge} (this one)',
    leads: 'Leads',
    led: 'Nobody leads at the moment: events wait. It takes two seconds.',
    sees: 'Sees {sources}',
    'sees.none': 'Sees no source of cameras',
    'behind.one': 'one entry behind',
    'behind.other': '{n} entries behind',
    servers: 'NATS servers',
    log: 'The log has entries {first} to {last}, {bytes} bytes.',
    away: 'No NATS server answers.',
    whole: 'Has everything',
    catching: 'Catches up',
    gone: 'Away',
  },
  {
    bridges: 'Bridges von {name}',
    this: '{bridge} (diese hier)',
    leads: 'Führt',
    led: 'Gerade führt keine: Ereignisse warten. Das dauert zwei Sekunden.',
    sees: 'Sieht {sources}',
    'sees.none': 'Sieht keine Kameraquelle',
    'behind.one': 'einen Eintrag zurück',
    'behind.other': '{n} Einträge zurück',
    servers: 'NATS-Server',
    log: 'Das Protokoll hat die Einträge {first} bis {last}, {bytes} Bytes.',
    away: 'Kein NATS-Server antwortet.',
    whole: 'Hat alles',
    catching: 'Holt auf',
    gone: 'Weg',
  },
);
