/** Owns how a restart of go2rtc is noticed, which tells no time of its start: its connections are counted from one again. */

import type { Connection, StreamReport } from './streams/report.ts';

/** @returns tells of each list whether go2rtc has been restarted since the one before: every connection then is another */
export function createRestarts(): (reports: readonly StreamReport[]) => boolean {
  let before: ReadonlyMap<string, string> = new Map();
  return (reports) => {
    const now = new Map(reports.flatMap(connectionsOf));
    // That the newest is gone says nothing; that a number stands for something else does.
    const isRestarted = [...now].some(([id, what]) => (before.get(id) ?? what) !== what);
    before = now;
    return isRestarted;
  };
}

function connectionsOf({ name, producers, viewers }: StreamReport): [string, string][] {
  const described = (role: string, { id, format, address }: Connection): [string, string] => [
    id,
    // WebRTC may come to another way through the network.
    JSON.stringify([role, name, format, format === 'webrtc' ? null : address]),
  ];
  return [
    ...producers.filter(isNumbered).map((one) => described('producer', one)),
    ...viewers.filter(isNumbered).map((one) => described('viewer', one)),
  ];
}

/** Before 1.9 they had no numbers, and an address may be that of several streams. */
function isNumbered({ id }: Connection): boolean {
  return /^\d+$/.test(id);
}
