/** Pins what becomes of a request on MQTT: who gets the answer and where, how often, and what is counted meanwhile. */

import { describe, expect, it } from 'vitest';
import type { InboundMessage, MqttLink } from '../../../src/core/ports.ts';
import { createRequestLimits } from '../../../src/core/requests/limits.ts';
import type { Origin, Outcome, Registry } from '../../../src/core/requests/registry.ts';
import type { Envelope } from '../../../src/protocol/envelope.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { serveMqtt } from '../../../src/transports/mqtt/requests.ts';
import { recordingLink } from '../../support/brokers/recording-link.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

interface Asked {
  readonly request: Envelope;
  readonly origin: Origin;
  answer(value: unknown): Promise<void>;
}

/** Everything that can go on without anybody outside has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** @param inFlight how many requests an account may have at a time */
function setting(inFlight = 2, instead: Partial<MqttLink> = {}) {
  const asked: Asked[] = [];
  const registry: Registry = {
    modules: [],
    execute: (request, origin) =>
      new Promise<Outcome>((resolve) => {
        const answer = async (value: unknown) => {
          resolve({ ok: true, value });
          await settled();
        };
        asked.push({ request, origin, answer });
      }),
  };
  const link = recordingLink();
  const log = recordingLog();
  let handler: (message: InboundMessage) => void = () => undefined;
  const onRequest: MqttLink['onRequest'] = (given) => {
    handler = given;
    return () => undefined;
  };
  const limits = createRequestLimits(inFlight, 1000, manualClock());
  const transport = serveMqtt({
    link: { ...link, onRequest, publish: link.publish, ...instead },
    topics: topicsOf('n'),
    registry,
    limits,
    log,
  });
  const say = async (requestId: string, more: Partial<InboundMessage> = {}, account: string | null = 'anna') => {
    const payload = Buffer.from(JSON.stringify({ command: 'list', module: 'cameras', requestId }));
    const mayPublish = (topic: string) => topic.startsWith('own/');
    const sender = account === null ? {} : { sender: { account, address: '192.0.2.1', mayPublish } };
    handler({ topic: 'n/requests', payload, retained: false, dup: false, ...sender, ...more });
    await settled();
  };
  return { asked, link, log, transport, say };
}

type Asking = ReturnType<typeof setting>;

const answers = ({ link }: Asking) => link.sent.map(({ topic, payload }) => `${topic} ${String(payload)}`);
const refusals = ({ link }: Asking) => link.sent.map(({ payload }) => /"code":"(\w+)"/.exec(String(payload))?.[1]);

describe('a request', () => {
  it('is told with the address of whoever asks, where the broker knows it', async () => {
    const its = setting();
    await its.say('1');
    await its.say('2', { sender: { account: 'b', address: undefined, mayPublish: () => false } });
    expect(its.asked.map(({ origin }) => origin)).toEqual([
      { transport: 'mqtt', address: '192.0.2.1' },
      { transport: 'mqtt' },
    ]);
  });

  it('is answered on its own topic, to its account alone, with its correlation data', async () => {
    const its = setting();
    await its.say('1', { correlationData: Buffer.from('c') });
    await its.asked[0]?.answer([7]);
    expect(its.link.sent).toEqual([
      { topic: 'n/responses/1', payload: '[7]', correlationData: Buffer.from('c'), onlyFor: 'anna' },
    ]);
  });

  it('that has no result is answered by nothing, and without correlation data by none', async () => {
    const its = setting();
    await its.say('1');
    await its.asked[0]?.answer(undefined);
    expect(its.link.sent).toEqual([{ topic: 'n/responses/1', payload: '', onlyFor: 'anna' }]);
  });

  it.each(['own/answers', 'n/responses/elsewhere'])(
    'that asks for an answer on %s too gets both',
    async (responseTopic) => {
      const its = setting();
      await its.say('1', { responseTopic });
      await its.asked[0]?.answer(1);
      expect(answers(its)).toEqual(['n/responses/1 1', `${responseTopic} 1`]);
    },
  );

  it.each([
    'n/responses/1',
    'foreign/a',
    'n/requests',
    'own/+',
    'own/a\u0001',
    'n/responses/#',
    `own/${'a/'.repeat(100)}`,
    '',
  ])('that asks for an answer on %j gets one, where it always is', async (responseTopic) => {
    const its = setting();
    await its.say('1', { responseTopic });
    await its.asked[0]?.answer(1);
    expect(answers(its)).toEqual(['n/responses/1 1']);
  });

  it('of nobody that the broker names may have an answer under the responses alone', async () => {
    const its = setting();
    for (const responseTopic of ['own/a', 'n/responses/b']) {
      await its.say(responseTopic, { responseTopic }, null);
    }
    for (const { answer } of its.asked) await answer(1);
    expect(answers(its)).toEqual(['n/responses/own/a 1', 'n/responses/n/responses/b 1', 'n/responses/b 1']);
  });

  it('that is retained is reported and not run', async () => {
    const its = setting();
    await its.say('1', { retained: true });
    expect([its.asked.length, refusals(its), its.link.sent[0]?.topic]).toEqual([0, ['retained_request'], 'n/failures']);
  });

  it('that is none is reported, and answered too where its id can be read', async () => {
    const its = setting();
    await its.say('', { payload: Buffer.from('{') });
    await its.say('', { payload: Buffer.from('{"requestId":"7"}'), correlationData: Buffer.from('c') });
    expect(its.asked).toEqual([]);
    expect(its.link.sent.map(({ topic }) => topic)).toEqual(['n/failures', 'n/failures', 'n/responses/7']);
    expect(its.link.sent[2]).toMatchObject({ onlyFor: 'anna', correlationData: Buffer.from('c') });
  });

  it('that is delivered again is not carried out again', async () => {
    const its = setting();
    await its.say('1');
    await its.asked[0]?.answer(1);
    await its.say('1', { dup: true });
    expect([its.asked.length, its.link.sent.length]).toEqual([1, 1]);
  });

  it('whose answer cannot be sent is told to the log', async () => {
    const its = setting(2, { publish: () => Promise.reject(new Error('gone')) });
    await its.say('1');
    await its.asked[0]?.answer(1);
    expect(its.log.visible()).toEqual(['error: a request could not be answered']);
  });
});

describe('requests at the same time', () => {
  it('are counted by account: one that has its answer makes room for the next', async () => {
    const its = setting(1);
    await its.say('1');
    await its.say('2');
    await its.say('3', {}, 'bert');
    expect(its.asked.map(({ request }) => request.requestId)).toEqual(['1', '3']);
    expect(refusals(its)).toEqual(['too_many_requests']);
    await its.asked[0]?.answer(1);
    await its.say('4');
    expect(its.asked.map(({ request }) => request.requestId)).toEqual(['1', '3', '4']);
  });

  it('make room when their answer cannot be sent, too', async () => {
    const its = setting(1, { publish: () => Promise.reject(new Error('gone')) });
    await its.say('1');
    await its.asked[0]?.answer(1);
    await its.say('2');
    expect(its.asked).toHaveLength(2);
  });

  it('under one id are for the account that came first, until it has its answer', async () => {
    const its = setting();
    await its.say('1');
    await its.say('1', {}, 'bert');
    expect([its.asked.length, refusals(its), its.link.sent[0]?.onlyFor]).toEqual([1, ['request_id_in_use'], 'bert']);
    await its.asked[0]?.answer(1);
    await its.say('1', {}, 'bert');
    expect(its.asked).toHaveLength(2);
  });
});

describe('draining', () => {
  it('waits until the last request is answered, and listens to none before', async () => {
    let isListening = true;
    const stopRequests = async () => {
      isListening = false;
    };
    const its = setting(2, { stopRequests });
    await its.say('1');
    await its.say('2');
    let isDrained = false;
    const drained = its.transport.drain().then(() => {
      isDrained = true;
    });
    await settled();
    expect([isListening, isDrained]).toEqual([false, false]);
    await its.asked[0]?.answer(1);
    expect(isDrained).toBe(false);
    await its.asked[1]?.answer(2);
    await drained;
    expect(answers(its)).toEqual(['n/responses/1 1', 'n/responses/2 2']);
  });
});
