import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumIsMissing } from '../../support/chromium.ts';
import { type Editor, type EditorBrowser, startEditorBrowser } from '../../support/node-red/editor.ts';
import { EXAMPLES, readExample } from '../../support/node-red/examples.ts';
import { node, TAB } from '../../support/node-red/flows.ts';
import { type FlowNode, type NodeRed, PACKAGE, startNodeRed } from '../../support/node-red/node-red.ts';

interface Box {
  readonly name: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** So wide is the canvas of a small screen. */
const WIDTH = 800;
/** Between two nodes; a status line needs that much, too. */
const GAP = 10;

let red: NodeRed;
let browser: EditorBrowser;

beforeAll(async () => {
  if (chromiumIsMissing) return;
  [red, browser] = await Promise.all([startNodeRed(), startEditorBrowser()]);
  await red.deploy([TAB, node('start', 'comment', [])]);
});

afterEach(async (test) => {
  expect((await browser?.leave(test)) ?? []).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await red?.stop();
});

/** Of the page, as far as this suite uses it from inside. */
interface Canvas {
  readonly RED: {
    readonly nodes: { import(flow: readonly FlowNode[]): void; node(id: string): Placed };
    readonly view: { redraw(isWhole: boolean): void };
    readonly workspaces: { show(id: string): void };
  };
}

/** The middle of a node, and its size. */
interface Placed {
  readonly type: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Where the editor draws the nodes of the flow. */
async function draw({ page }: Editor, flow: readonly FlowNode[]): Promise<readonly Box[]> {
  const drawn = flow.filter(({ z }) => z !== undefined).map(({ id }) => id);
  const tab = flow.find(({ type }) => type === 'tab')?.id ?? '';
  await page.evaluate(
    ([nodes, id]) => {
      const { RED } = globalThis as never as Canvas;
      RED.nodes.import(nodes);
      RED.workspaces.show(id);
      RED.view.redraw(true);
    },
    [flow, tab] as const,
  );
  await page.locator(`[id="${drawn.at(-1)}"]`).waitFor();
  const placed = await page.evaluate((ids) => {
    const { RED } = globalThis as never as Canvas;
    return ids.map((id) => {
      const { type, name, x, y, w, h } = RED.nodes.node(id);
      return { type, name, x, y, w, h };
    });
  }, drawn);
  return placed.map(({ type, name, x, y, w, h }) => ({
    name: `${type} ${name}`,
    left: x - w / 2,
    right: x + w / 2,
    top: y - h / 2,
    bottom: y + h / 2,
  }));
}

function touch(one: Box, other: Box): boolean {
  const isBeside = one.right + GAP <= other.left || other.right + GAP <= one.left;
  return !isBeside && !(one.bottom + GAP <= other.top || other.bottom + GAP <= one.top);
}

describe.skipIf(chromiumIsMissing)('the example', () => {
  it.each(EXAMPLES)('%s is offered by the import dialog, and easy to read on the canvas', async (name) => {
    const flow: FlowNode[] = await (await red.admin(`library/examples/flows/${PACKAGE}/${name}`)).json();
    const editor = await browser.open(red.url, 'start');
    const all = await draw(editor, flow);
    await editor.screenshot(`example-${name}`);
    const overlaps = all.flatMap((one, index) => all.slice(index + 1).filter((other) => touch(one, other)));
    expect(overlaps).toEqual([]);
    expect(all.filter(({ left, right, top }) => left < 0 || right > WIDTH || top < 0)).toEqual([]);
  });

  it.each(EXAMPLES)(
    '%s says in a comment what to do, and knows no account, password or address but this machine',
    (name) => {
      const flow = readExample(name);
      const [first] = flow.filter(({ type }) => type === 'comment');
      expect(String(first?.['name']).length).toBeGreaterThan(20);
      expect(flow.filter((one) => 'credentials' in one)).toEqual([]);
      const addresses = JSON.stringify(flow).match(/\b(?:mqtts?|https?):\/\/[^"/:]+/g) ?? [];
      for (const address of addresses) expect(address).toMatch(/\/\/localhost$/);
    },
  );
});
