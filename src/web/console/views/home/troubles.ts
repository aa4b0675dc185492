/** Owns what is wrong, and in which order: one cause is one trouble, however many cameras suffer from it. Pure. */

import type { Camera } from '../../../../protocol/entities/camera.ts';
import type { Health } from '../../../../protocol/entities/health.ts';
import { conditionOf, SOURCE_REASONS } from '../../house/condition.ts';

export type Trouble =
  | { readonly kind: 'part'; readonly part: string; readonly reason: unknown; readonly unknown: number }
  | { readonly kind: 'source'; readonly reason: string; readonly unknown: number }
  | { readonly kind: 'camera'; readonly camera: Camera }
  | { readonly kind: 'more'; readonly count: number };

const CAMERAS_SHOWN = 5;

export function troublesOf(health: Health, cameras: readonly Camera[]): readonly Trouble[] {
  const suffering = new Map<string, number>();
  for (const { reason } of cameras.filter((camera) => conditionOf(camera) === 'unknown')) {
    if (reason && SOURCE_REASONS.includes(reason)) suffering.set(reason, (suffering.get(reason) ?? 0) + 1);
  }
  const parts = Object.entries(health.details)
    .filter(([, { healthy }]) => healthy !== true)
    .map(([part, { meta }]): Trouble => {
      const ofCameras = `${part}-unreachable`;
      const unknown = suffering.get(ofCameras) ?? 0;
      suffering.delete(ofCameras);
      return { kind: 'part', part, reason: meta?.['reason'], unknown };
    });
  const sources = [...suffering].map(([reason, unknown]): Trouble => ({ kind: 'source', reason, unknown }));
  const down = cameras.filter((camera) => conditionOf(camera) === 'down');
  const told = down.slice(0, CAMERAS_SHOWN).map((camera): Trouble => ({ kind: 'camera', camera }));
  const more = down.length - told.length;
  return [...parts, ...sources, ...told, ...(more > 0 ? [{ kind: 'more', count: more } as const] : [])];
}
