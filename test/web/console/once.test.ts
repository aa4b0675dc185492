/** Pins that an event stands once in the view of events, whichever way it came first. */

import { expect, it } from 'vitest';
import { notIn } from '../../../src/web/console/views/events/once.ts';

const motion = (at: string, entity = 1) => ({ at, domain: 'camera', event: 'motion', entity, details: {} }) as const;
const [EARLIER, NOW] = ['2026-11-30T10:00:00.000Z', '2026-11-30T10:00:01.000Z'];

it('what the service has listed before it was heard is not shown again', () => {
  const listed = [motion(NOW), motion(EARLIER)];
  expect(notIn(listed, [motion(NOW)])).toEqual([]);
  expect(notIn(listed, [motion(NOW, 2)])).toEqual([motion(NOW, 2)]);
});

it('what was heard before the service lists it is not shown again', () => {
  expect(notIn([motion(NOW)], [motion(NOW), motion(EARLIER)])).toEqual([motion(EARLIER)]);
});
