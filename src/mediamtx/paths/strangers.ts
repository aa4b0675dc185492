/**
 * Owns the feeds at paths that belong to no camera: their events have no entity (contract 2.6). Kept in memory alone: what is there
 * when we come, or when a camera leaves its path, is taken as it is and makes no event.
 */

import type { Bus } from '../../core/bus.ts';
import { type CameraFacts, UNSEEN } from '../../core/cameras/facts.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import { reduce } from '../../core/cameras/state.ts';
import type { CameraEventName } from '../../protocol/events.ts';

export interface StrangerPaths {
  facts(path: string): CameraFacts;
  /** @param isFirst nothing was known of this path, and it may have been so for long: no event comes of it */
  observe(path: string, observations: readonly Observation[], isFirst: boolean): void;
  /** It has a camera now, or is gone for good. */
  forget(path: string): void;
  knows(path: string): boolean;
}

interface Stranger {
  readonly facts: CameraFacts;
  readonly seq: number;
}

export function createStrangerPaths(bus: Bus): StrangerPaths {
  const strangers = new Map<string, Stranger>();

  function tell(path: string, seq: number, at: string, event: CameraEventName, details: object): void {
    const common = { name: null, enabled: null, path, query: '' };
    const feed = event === 'ready' || event === 'notReady' ? { sourceType: '', sourceId: '' } : {};
    bus.emit('event', {
      domain: 'camera',
      event,
      entity: null,
      details: { ...common, ...feed, ...details, seq },
      at,
    });
  }

  return {
    facts: (path) => strangers.get(path)?.facts ?? UNSEEN,
    observe(path, observations, isFirst) {
      let { facts, seq } = strangers.get(path) ?? { facts: UNSEEN, seq: 0 };
      for (const seen of observations) {
        const step = reduce(facts, seen);
        facts = step.facts;
        for (const { event, details } of isFirst ? [] : step.transitions) {
          // Of what nobody has set up nothing is expected.
          if (event === 'offline' || event === 'online') continue;
          // Rises over restarts too, though nothing is kept.
          seq = Math.max(seq + 1, Date.parse(seen.at));
          tell(path, seq, seen.at, event, details);
        }
      }
      strangers.set(path, { facts, seq });
    },
    forget: (path) => void strangers.delete(path),
    knows: (path) => strangers.has(path),
  };
}
