/** Owns `emit`: a camera event by hand, to try automations without a camera. */

import { EMITTED_EVENTS } from '../../protocol/entities/emit.ts';
import { isObject } from '../../protocol/envelope.ts';
import { canonicalEventName } from '../../protocol/events.ts';
import { atMost, oneOf } from '../arguments.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print } from '../output.ts';
import { withService } from '../service.ts';

const NAME = 'emit';

export const emitCommand: Command = {
  name: NAME,
  summary: 'Make a camera event by hand, to try automations',
  usage: ['emit camera <id> <event> [--reader NAME]'],
  notes: [
    `Events: ${EMITTED_EVENTS.join(', ')}.`,
    'Only a change is an event: a camera that is ready does not become ready again.',
  ],
  examples: [
    ['emit camera 3 demand', 'as if somebody wanted to see camera 3'],
    ['emit camera 3 read --reader kitchen', 'as if the reader kitchen had started to watch'],
  ],
  options: { reader: { value: 'NAME', description: 'Who reads, for read and unread' } },
  words: [['camera'], [], EMITTED_EVENTS],
  run: async (context) => {
    const [, entity] = context.args;
    const domain = oneOf('the domain', context.args[0], ['camera'], NAME);
    if (entity === undefined) throw usageFailure('the id of the camera is missing', NAME);
    const written = context.args[2];
    const event = oneOf('the event', written && canonicalEventName(written), EMITTED_EVENTS, NAME);
    atMost(3, context, NAME);
    const reader = context.values.get('reader');
    const payload = { domain, entity, event, ...(reader === undefined ? {} : { reader }) };
    const answer = await withService(context, (service) =>
      service.request({ command: 'create', module: 'events', payload }),
    );
    print(context, answer, words(answer, entity));
    return 0;
  },
};

function words(answer: unknown, entity: string): string {
  const events = isObject(answer) && Array.isArray(answer['events']) ? answer['events'] : [];
  if (events.length === 0) return `camera ${entity}: no event, nothing changed`;
  return `camera ${entity}: ${events.join(', ')}`;
}
