/** Pins that what the service says to other bridges first is on its way to them before anybody here has it. */

import { expect, it } from 'vitest';
import { ALONE } from '../../../src/brokers/embedded/backbone/alone.ts';
import { KEEPS_NOTHING } from '../../../src/brokers/embedded/kept/keeper.ts';
import { Message } from '../../../src/brokers/embedded/message.ts';
import { Fanout, Route } from '../../../src/brokers/embedded/routes/route.ts';
import { Spreader } from '../../../src/brokers/embedded/routes/spreader.ts';
import { createSaying } from '../../../src/brokers/embedded/saying.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function opened(hasOthers: boolean, id: string | undefined) {
  const order: string[] = [];
  let handOn = () => {};
  const handedOn = new Promise<void>((resolve) => {
    handOn = resolve;
  });
  const backbone = { ...ALONE, hasOthers, carry: () => void order.push('carried'), handedOn: () => handedOn };
  const spreading = (name: string) => (message: Message) => {
    order.push(name);
    return new Fanout(message, new Route(message.topic));
  };
  const say = createSaying({
    keeper: KEEPS_NOTHING,
    backbone: () => backbone,
    service: new Spreader((spreader) => void spreader.step(10)),
    spread: spreading('to all'),
    spreadHere: spreading('to those who are here'),
  });
  const message = new Message({
    topic: 'a',
    payload: Buffer.from('x'),
    qos: 1,
    retain: false,
    properties: {},
    account: '',
    id,
  });
  return { order, handOn, say: () => say(message, () => order.push('done')) };
}

it('waits until it has left', async () => {
  const { order, handOn, say } = opened(true, 'event 1');
  say();
  await settled();
  expect(order).toEqual(['carried']);
  handOn();
  await settled();
  expect(order).toEqual(['carried', 'to those who are here', 'done']);
});

it.each([
  { hasOthers: true, name: undefined },
  { hasOthers: false, name: 'event 1' },
])('waits for nobody where it need not, or where nobody else is there: %o', ({ hasOthers, name }) => {
  const { order, say } = opened(hasOthers, name);
  say();
  expect(order).toEqual(['to all', 'done']);
});
