/** Owns a broker that publishes camera events at a steady pace when it is asked to, as the service publishes them but without its work. */

import { encodeEvent } from '../../src/protocol/events.ts';
import { type EventTopicMode, topicsOf } from '../../src/protocol/topics.ts';
import { announce, startBareBroker } from './bare-broker.ts';

/** A request to this program; it answers on `nestmtx/responses/bench` when all are published. */
export interface Volley {
  readonly perSecond: number;
  readonly seconds: number;
  readonly topics: EventTopicMode;
}

const CAMERAS = 100;
const TICK_MS = 5;
/** A machine that was busy elsewhere is caught up with step by step. */
const MOST_PER_TICK = 500;
const topics = topicsOf('nestmtx');
let published = 0;

const broker = await startBareBroker(topics);

function publishOne(mode: EventTopicMode): void {
  published += 1;
  const entity = (published % CAMERAS) + 1;
  const event = Math.floor(published / CAMERAS) % 2 === 0 ? 'ready' : 'notReady';
  const details = { name: `Camera ${entity}`, enabled: true, path: `camera-${entity}`, query: '', seq: published };
  const at = new Date().toISOString();
  const payload = encodeEvent({ domain: 'camera', event, entity, details, at });
  for (const topic of topicsOf('nestmtx', mode).event('camera', entity, event)) {
    void broker.link.publish({ topic, payload });
  }
}

function fire({ perSecond, seconds, topics: mode }: Volley): void {
  const begunMs = performance.now();
  const [first, last] = [published, published + perSecond * seconds];
  const timer = setInterval(() => {
    const wanted = first + Math.floor(((performance.now() - begunMs) / 1000) * perSecond);
    const due = Math.min(last, wanted, published + MOST_PER_TICK);
    while (published < due) publishOne(mode);
    if (published < last) return;
    clearInterval(timer);
    const answer = JSON.stringify({ tookMs: performance.now() - begunMs });
    void broker.link.publish({ topic: topics.response('bench'), payload: answer });
  }, TICK_MS);
}

broker.link.onRequest(({ payload }) => fire(JSON.parse(new TextDecoder().decode(payload))));
announce(broker);
