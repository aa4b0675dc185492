/** Pins what is told of the broker that the service works with: whose it is and where, and never a login. */

import { expect, it } from 'vitest';
import { brokerInUse } from '../../src/app/broker.ts';
import { fixedBroker, toldBroker } from '../../src/brokers/external/broker-source.ts';

const ADDRESS = {
  protocol: 'mqtt',
  host: 'core-mosquitto',
  port: 1883,
  username: 'addons',
  password: 's3cret',
} as const;

it('is its own where there is no other', () => {
  expect(brokerInUse(undefined, false)).toEqual({ broker: 'embedded', brokerAddress: null });
});

it('is the one that the settings name, or that Home Assistant tells of as soon as it does', () => {
  const place = 'mqtt://core-mosquitto:1883';
  expect(brokerInUse(fixedBroker(ADDRESS), false)).toEqual({ broker: 'settings', brokerAddress: place });
  const told = toldBroker();
  expect(brokerInUse(told, true)).toEqual({ broker: 'home-assistant', brokerAddress: null });
  told.tell(ADDRESS);
  expect(brokerInUse(told, true)).toEqual({ broker: 'home-assistant', brokerAddress: place });
});
