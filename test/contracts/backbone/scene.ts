/** Owns the clients of one test, spread over the brokers. */

import { connectClient, type TestClient } from '../../support/brokers/mqtt-client.ts';
import type { BrokersUnderTest, Scene } from './under-test.ts';

export function openScene(opened: BrokersUnderTest): Scene {
  const clients: TestClient[] = [];
  const { brokers } = opened;
  let at = Math.floor(Math.random() * brokers.length);

  function next() {
    const one = brokers[at % brokers.length];
    at += 1;
    if (one === undefined) throw new Error('there is no broker');
    return one;
  }

  return {
    ...opened,
    get any() {
      return next().broker;
    },
    async client(username, options = {}) {
      const client = await connectClient({ url: next().url, username, password: username, ...options });
      clients.push(client);
      return client;
    },
    async end() {
      await Promise.all(clients.map((client) => client.destroy()));
    },
  };
}
