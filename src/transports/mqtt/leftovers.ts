/**
 * Owns the end of what is retained for nothing: states of cameras that are no more, and everything of a base topic that was ours before.
 * What the broker has is compared with what there is, each time that it is there: nobody has to remember what it missed.
 */

import type { Cameras } from '../../core/cameras/cameras.ts';
import { FACTS } from '../../core/fact-records.ts';
import type { InboundMessage, Log, MqttLink } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { type Topics, topicsOf } from '../../protocol/topics.ts';

interface Parts {
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly store: Store;
  readonly cameras: Pick<Cameras, 'state'>;
  readonly log: Log;
}

const FORMER_BASE = 'base_topic_';

/** To be called before the link is up for the first time. */
export function clearLeftovers({ link, topics, store, cameras, log }: Parts): void {
  const clear = (topic: string) => link.publish({ topic, payload: '', retain: true, qos: 1 });
  const failed = (error: unknown) => log.warn({ err: error }, 'what is retained for nothing could not be cleared');
  const prefix = topics.cameraState('{id}').slice(0, -'{id}'.length);

  link.listen(`${prefix}+`, ({ topic, payload, retained }) => {
    const id = topic.slice(prefix.length);
    if (!retained || payload.length === 0 || cameras.state(Number(id))) return;
    clear(topic).catch(failed);
  });

  for (const base of formerBases(store, topics.base)) clearBase(topicsOf(base));
  void rememberBase();

  /** All of it but requests and answers, which are not retained; nothing where somebody else lives by now. */
  function clearBase(former: Topics): void {
    const found = new Set<string>();
    let isLivedIn = false;
    const hear = ({ topic, payload, retained }: InboundMessage) => {
      if (topic === former.availability && Buffer.from(payload).toString() === 'online') isLivedIn = true;
      if (retained && payload.length > 0) found.add(topic);
    };
    const filters = [former.availability, former.lastEvent, former.cameraState('{id}'), former.cameraPicture('{id}')];
    for (const filter of filters) link.listen(filter.replace('{id}', '+'), hear);
    link.onUp(() => {
      if (isLivedIn) return;
      Promise.all([...found].map(clear))
        .then((cleared) => (cleared.every(Boolean) ? forgetBase(former.base) : undefined))
        .catch(failed);
    });
  }

  async function forgetBase(base: string): Promise<void> {
    await store.commit((tx) => tx.collection(FACTS).delete(FORMER_BASE + base));
    log.info({ base }, 'what was retained below the former base topic is cleared');
  }

  async function rememberBase(): Promise<void> {
    const id = FORMER_BASE + topics.base;
    if (store.collection(FACTS).get(id)) return;
    await store.commit((tx) => tx.collection(FACTS).put({ id, value: '' })).catch(failed);
  }
}

/** Ours before, and nobody else's as far as we know: also one that the present one is below. */
function formerBases(store: Store, present: string): string[] {
  return [...store.collection(FACTS).values()].flatMap(({ id }) => {
    const base = id.slice(FORMER_BASE.length);
    return id.startsWith(FORMER_BASE) && base !== present ? [base] : [];
  });
}
