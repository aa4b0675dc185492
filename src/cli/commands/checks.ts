/** Owns the checks of `doctor` that concern this machine: Node, configuration, data folder, store; and the order of all. */

import type { Config } from '../../config/config.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { isObject } from '../../protocol/envelope.ts';
import type { Context } from '../command.ts';
import type { Check, Finding } from '../program.ts';
import { askService, type Running } from '../running.ts';
import { brokerCheck, go2RtcCheck, httpPortCheck, mediaMtxCheck, mqttPortCheck } from './check-network.ts';

const OLDEST_NODE = { major: 20, minor: 19 };

/** Without a configuration there is nothing else to check. */
export async function doctorChecks(context: Context): Promise<Check[]> {
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
    ...(await context.program.checks(config)),
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
        const { mode, dataDir, unheeded } = program.loadConfig();
        const detail = `mode ${mode}, data in ${dataDir}`;
        if (unheeded.length === 0) return { ok: true, detail };
        return {
          ok: null,
          detail: [detail, ...unheeded].join('\n'),
          cure: 'docs/configuration.md lists every setting.',
        };
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
        const health = await offline.execute({ command: 'list', module: 'health', requestId: 'doctor' });
        await offline.close();
        return storeFinding(health.ok ? health.value : undefined);
      } catch (error) {
        if (error instanceof ApiError && error.code === 'not_found')
          return { ok: true, detail: 'none yet: the first start makes it' };
        const detail = error instanceof Error ? error.message : String(error);
        return {
          ok: false,
          detail,
          cure: 'What to do stands there; else stop the process that holds it, or bring back a backup.',
        };
      }
    },
  };
}

/** What would be wrong with what is in it, if a service ran with these settings. */
function storeFinding(health: unknown): Finding {
  const details = isObject(health) && isObject(health['details']) ? health['details'] : {};
  const { instances, setup } = details;
  const found = 'can be read, and its key fits';
  if (isObject(instances) && instances['healthy'] !== true) {
    const cure = 'Set EMBEDDED_PORT, or INSTANCE_BROKER.';
    return { ok: null, detail: `${found}; its MQTT instances have no broker`, cure };
  }
  if (!isObject(setup) || setup['healthy'] === true) return { ok: true, detail: found };
  return { ok: null, detail: `${found}; nobody can administrate`, cure: 'Run nestmtx-bridge users add NAME --admin.' };
}
