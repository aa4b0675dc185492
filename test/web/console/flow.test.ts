/** Holds the flow that the console gives for a camera equal, node by node, to the examples that Node-RED is tried with. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { flowFor } from '../../../src/web/console/views/camera/flow.ts';

type Node = Readonly<Record<string, unknown>>;

const example: readonly Node[] = JSON.parse(
  readFileSync(new URL('../../../nodes/examples/notify-not-ready.json', import.meta.url), 'utf8'),
);
const flow: readonly Node[] = JSON.parse(
  JSON.stringify(flowFor({ id: 7, name: 'Door "1"' }, 'bridge.local', 'home/cams')),
);
const byText = (one: string, other: string) => one.localeCompare(other);

it('has the nodes of an example, each with the same fields', () => {
  for (const node of flow) {
    const same = example.find(({ type }) => type === node['type']);
    expect([node['type'], Object.keys(node).toSorted(byText)]).toEqual([
      node['type'],
      Object.keys(same ?? {}).toSorted(byText),
    ]);
    if (node['version'] !== undefined) expect(node['version']).toBe(same?.['version']);
  }
});

it('speaks of this camera at this service, and every wire leads to a node', () => {
  const ids = flow.map(({ id }) => id);
  expect(new Set(ids).size).toBe(flow.length);
  expect(flow).toContainEqual(expect.objectContaining({ url: 'mqtt://bridge.local:1883', baseTopic: 'home/cams' }));
  expect(flow).toContainEqual(expect.objectContaining({ type: 'nestmtx-event', entity: '7', entityType: 'record' }));
  const wired = flow.flatMap(({ wires }) => (Array.isArray(wires) ? wires.flat() : []));
  expect(wired.filter((id) => !ids.includes(id))).toEqual([]);
});
