/** Owns the checks of `doctor` that concern this machine: Node, configuration, data folder, store; and the order of all. */

import type { Config } from '../../config/config.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Context } from '../command.ts';
import type { Check, Finding } from '../program.ts';
import { askService, type Running } from '../running.ts';
import { brokerCheck, go2RtcCheck, httpPortCheck, mediaMtxCheck, mqttPortCheck } from './check-network.ts';

const OLDEST_NODE = { major: 20, minor: 19 };

/** Without a configuration there is nothing else to check. */
export function doctorChecks(context: Context): Check[] {
  const first = [nodeCheck(context), configurationCheck(context)];
  const config = configOf(context);
  if (!config) return first;
  let answer: Promise<Running> | undefined;
  const running = () => {
    answer ??= askService(context);
    return answer;
  };
  const { io } = context;
  return [
    ...first,
    dataFolderCheck(context, config),
    storeCheck(context, running),
    httpPortCheck(io, config, running),
    ...(config.mqtt.external ? [brokerCheck(io, config, config.mqtt.external)] : []),
    ...(config.mqtt.embedded ? [mqttPortCheck(io, config, config.mqtt.embedded, running)] : []),
    mediaMtxCheck(io, config),
    ...(config.go2rtc ? [go2RtcCheck(io, config)] : []),
  ];
}

function configOf({ program }: Context): Config | undefined {
  try {
    return program.loadConfig();
  } catch {
    return undefined;
  }
}

function nodeCheck({ io: { nodeVersion } }: Context): Check {
  const { major, minor } = OLDEST_NODE;
  const [is = 0, isMinor = 0] = nodeVersion.replace('v', '').split('.').map(Number);
  const ok = is > major || (is === major && isMinor >= minor);
  const cure = `Install Node.js ${major}.${minor} or newer.`;
  return { name: 'Node.js', run: async () => ({ ok, detail: nodeVersion, cure }) };
}

function configurationCheck({ program }: Context): Check {
  return {
    name: 'configuration',
    run: async () => {
      try {
        const { mode, dataDir } = program.loadConfig();
        return { ok: true, detail: `mode ${mode}, data in ${dataDir}` };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return { ok: false, detail, cure: 'docs/configuration.md lists every setting.' };
      }
    },
  };
}

function dataFolderCheck({ io }: Context, { dataDir }: Config): Check {
  return {
    name: 'data folder',
    run: async () => {
      const fault = await io.files.directoryFault(dataDir);
      if (fault === undefined) return { ok: true, detail: `${dataDir} can be written` };
      return {
        ok: false,
        detail: `${dataDir} cannot be written (${fault})`,
        cure: 'Change its owner, or set DATA_DIR.',
      };
    },
  };
}

function storeCheck({ program }: Context, running: () => Promise<Running>): Check {
  return {
    name: 'store',
    run: async (): Promise<Finding> => {
      if ('health' in (await running())) return { ok: true, detail: 'in use by the running service' };
      try {
        const offline = await program.openOffline(true);
        await offline.close();
        return { ok: true, detail: 'can be read, and its key fits' };
      } catch (error) {
        if (error instanceof ApiError && error.code === 'not_found')
          return { ok: true, detail: 'none yet: the first start makes it' };
        const detail = error instanceof Error ? error.message : String(error);
        return { ok: false, detail, cure: 'Stop the process that holds it, or restore a backup of the data folder.' };
      }
    },
  };
}
