/** Owns everything that goes on at a cluster while it fails, and what must be true of it afterwards. */

import { eventually } from '../../eventually.ts';
import type { BridgeProcess, Bridges } from '../bridges.ts';
import { openAccess } from './access.ts';
import { startAccounts } from './accounts.ts';
import { sendAway } from './away.ts';
import { startCamera } from './camera.ts';
import { watchLeaders } from './leaders.ts';
import { startMessages } from './messages.ts';
import { expectHardlyNoticed, type Failing, tell } from './notice.ts';
import { startPulses } from './pulses.ts';
import { noteOwnStandstill } from './service.ts';

/** As a bridge says that is out of reach. */
const SENT_AWAY = 'clients of MQTT instances are sent away';

export type Load = Awaited<ReturnType<typeof startLoad>>;

export async function startLoad({ all, nats }: Bridges) {
  const access = await openAccess(all);
  const leaders = watchLeaders(access, nats);
  const camera = await startCamera(access);
  const away = await sendAway(access);
  const pulses = await startPulses(access);
  const [messages, accounts] = [await startMessages(access), await startAccounts(access)];
  const standstill = noteOwnStandstill();
  const sentAway = new Map<BridgeProcess, number>();
  /** Since it was asked last. */
  function hasSentAway(bridge: BridgeProcess): boolean {
    const before = sentAway.get(bridge) ?? 0;
    const now = bridge.output().split(SENT_AWAY).length;
    sentAway.set(bridge, now);
    return now > Math.max(1, before);
  }
  const progress = () => ({ messages: messages.count, accounts: accounts.count, events: camera.count });

  return {
    ...{ access, leaders, camera, away, pulses, messages, accounts },
    /** All of it goes on. */
    async goesOn() {
      const before = progress();
      await eventually(() => {
        const now = progress();
        return (
          now.messages > before.messages + 50 && now.accounts > before.accounts + 1 && now.events > before.events + 1
        );
      }, 'the load goes on').catch((error: unknown) => {
        const seen = { before, now: progress(), clients: messages.trouble(), camera: camera.trouble };
        throw new Error(JSON.stringify(seen), { cause: error });
      });
    },
    /** @param without bridges whose clients had to notice */
    expectHardlyNoticed(what: string, failing: Failing, sinceMs: number, without: readonly BridgeProcess[] = []) {
      const living = all.filter((one) => !without.includes(one));
      expectHardlyNoticed(what, failing, {
        silences: pulses.silencesMs(sinceMs, without),
        ownMs: standstill.longestSilenceMs(sinceMs),
        sentAway: living.some(hasSentAway),
      });
    },
    /** Of each client that comes to any bridge, but for what this process itself has slept. */
    withoutServiceMs(what: string, sinceMs: number): [client: string, ms: number][] {
      const ownMs = standstill.longestSilenceMs(sinceMs);
      const all = Object.entries(messages.services).map(([client, service]): [string, number] => [
        client,
        service.longestSilenceMs(sinceMs) - ownMs,
      ]);
      tell(what, { ...Object.fromEntries(all), ownMs });
      return all;
    },
    /** Nothing is missing, nothing there twice, nobody alive who was removed, and one has led at a time. */
    async expectAll() {
      await Promise.all([messages.pause(), accounts.pause(), camera.pause()]);
      await messages.expectAll();
      await accounts.expectAll();
      await camera.expectAll();
      await leaders.expectOneAtATime();
      const { toldAgain, count: events } = camera;
      tell('all in all', { events, toldAgain, removed: accounts.removed, terms: leaders.terms });
    },
    async end() {
      standstill.stop();
      await Promise.all([messages.end(), accounts.pause(), camera.end(), away.end(), pulses.end(), leaders.end()]);
    },
  };
}
