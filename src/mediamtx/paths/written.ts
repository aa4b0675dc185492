/**
 * Owns what we write to paths of MediaMTX, and that it is taken back: a path that stood there before is changed in our fields alone, and
 * put back as it was; one of ours is deleted. Known over restarts of both.
 */

import { WRITTEN_PATHS } from '../../core/cameras/written-paths.ts';
import type { Secrets } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import type { JsonObject } from '../../protocol/envelope.ts';
import type { ControlApi } from '../control-api.ts';
import { holds, ownedFields, type PulledConfig } from './pulled-config.ts';

export interface WrittenPaths {
  names(): string[];
  /**
   * @param present what MediaMTX shows of this path
   * @returns whether it had to be written: to write a source again, even the same one, would throw its readers out
   */
  put(name: string, config: PulledConfig, present: JsonObject | undefined): Promise<boolean>;
  /** Leaves alone what somebody else has written there since. */
  takeBack(name: string, present: JsonObject | undefined): Promise<void>;
  /** Ends the stream and its readers. */
  putAnew(name: string, config: PulledConfig): Promise<void>;
}

interface Written {
  /** What we wrote last, and what we may have written since, should the answer have been lost. */
  readonly ours: readonly PulledConfig[];
  /** What stood there in our fields; null: no such path. */
  readonly before: JsonObject | null;
}

interface Parts {
  readonly api: Pick<ControlApi, 'addPath' | 'replacePath' | 'patchPath' | 'deletePath'>;
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
}

export function createWrittenPaths({ api, store, secrets }: Parts): WrittenPaths {
  const records = store.collection(WRITTEN_PATHS);
  const purpose = (name: string) => `written-path/${name}`;

  function known(name: string): Written | undefined {
    const record = records.get(name);
    return record && JSON.parse(secrets.open(record.sealed, purpose(name)));
  }

  async function remember(name: string, written: Written): Promise<void> {
    const sealed = secrets.seal(JSON.stringify(written), purpose(name));
    await store.commit((tx) => tx.collection(WRITTEN_PATHS).put({ id: name, sealed }));
  }

  async function write(name: string, config: PulledConfig, present: boolean, before: Written['before']): Promise<void> {
    if (!present) await api.addPath(name, config);
    else if (before === null) await api.replacePath(name, config);
    else await api.patchPath(name, { ...before, ...config });
  }

  return {
    names: () => [...records.values()].map(({ id }) => id),
    async put(name, config, present) {
      const last = known(name);
      // What is as we want it, and of which we know nothing, an earlier version of ours has written.
      const isOurs = present !== undefined && (last ? last.ours : [config]).some((one) => holds(present, one));
      const isSame = isOurs && holds(present, config) && (last === undefined || isLast(last, config));
      const before = present === undefined ? null : isOurs ? (last?.before ?? null) : ownedFields(present);
      if (isSame && last) return false;
      if (!isSame) {
        await remember(name, { ours: [...(last?.ours ?? []), config], before });
        await write(name, config, present !== undefined, before);
      }
      await remember(name, { ours: [config], before });
      return !isSame;
    },
    async takeBack(name, present) {
      const last = known(name);
      const isOurs = present !== undefined && last?.ours.some((one) => holds(present, one)) === true;
      if (isOurs && last.before) await api.patchPath(name, last.before);
      else if (isOurs) await api.deletePath(name);
      await store.commit((tx) => tx.collection(WRITTEN_PATHS).delete(name));
    },
    async putAnew(name, config) {
      const before = known(name)?.before ?? null;
      if (before === null) await api.deletePath(name);
      else await api.patchPath(name, before);
      await write(name, config, before !== null, before);
      await remember(name, { ours: [config], before });
    },
  };
}

function isLast({ ours }: Written, config: PulledConfig): boolean {
  return ours.length === 1 && JSON.stringify(ours[0]) === JSON.stringify(config);
}
