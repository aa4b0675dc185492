/** Owns the flow for Node-RED that tells of one camera: down and up again, with a node to be replaced by what sends to a phone. Pure. */

import type { Camera } from '../../../../protocol/entities/camera.ts';

/** The shape of each node is that of `nodes/examples`, which a test holds. */
export function flowFor({ id, name }: Pick<Camera, 'id' | 'name'>, host: string, baseTopic: string): readonly object[] {
  const key = (n: number) => `nestmtx${String(id)}camera${n}`;
  const [tab, server, event, down, up, tell] = [key(0), 'e5a0000000000fff', key(2), key(3), key(4), key(5)];
  return [
    { id: tab, type: 'tab', label: name, disabled: false, info: '' },
    {
      id: server,
      type: 'nestmtx-server',
      name: 'NestMTX',
      version: 1,
      url: `mqtt://${host}:1883`,
      baseTopic,
      tls: '',
      login: 'broker',
      httpUrl: '',
    },
    {
      id: event,
      type: 'nestmtx-event',
      z: tab,
      name,
      version: 2,
      server,
      domain: 'camera',
      entity: String(id),
      entityType: 'record',
      names: {},
      events: [
        { name: 'offline', after: '', afterAlarm: false },
        { name: 'online', after: '', afterAlarm: true },
      ],
      split: true,
      outputs: 2,
      ignoreRetained: true,
      atStart: 'none',
      disabledToo: false,
      tellState: false,
      holdSeconds: '',
      x: 140,
      y: 120,
      wires: [[down], [up]],
    },
    said(down, tab, `${name} is down`, 100, tell),
    said(up, tab, `${name} is up again`, 140, tell),
    {
      id: tell,
      type: 'debug',
      z: tab,
      name: 'notify me',
      active: true,
      tosidebar: true,
      console: false,
      tostatus: false,
      complete: 'payload',
      targetType: 'msg',
      statusVal: '',
      statusType: 'auto',
      wires: [],
      x: 600,
      y: 120,
    },
  ];
}

function said(id: string, z: string, text: string, y: number, to: string): object {
  const rules = [{ t: 'set', p: 'payload', pt: 'msg', to: text, tot: 'str' }];
  return { id, type: 'change', z, name: text, rules, x: 380, y, wires: [[to]] };
}
