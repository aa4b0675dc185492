/** Owns what a person does in Node-RED's editor: each action resolves when the editor is ready for the next. */

import type { Page } from 'playwright-core';

export interface Actions {
  /** Opens the dialog of a node of the workspace. */
  edit(nodeId: string): Promise<void>;
  /** Opens the dialog of a configuration node. */
  editConfig(type: string, nodeId: string): Promise<void>;
  /** Closes the dialog by its button Done or Update, and keeps what it says. */
  done(): Promise<void>;
  /** Closes the dialog, and forgets what it says. */
  cancel(): Promise<void>;
  /** Of the first field of the dialog that has a menu: opens it, and takes what has this label. */
  pick(label: string): Promise<void>;
  /** Drags a new node from the palette to the workspace. Resolves with its id. */
  drop(type: string, search: string): Promise<string>;
  /** Resolves when Node-RED has the flows; it starts them later. */
  deploy(): Promise<void>;
  /** Of a node as the page knows it. */
  validationErrors(nodeId: string): Promise<readonly string[]>;
}

/** Of the page, as far as it is used from inside. */
interface Red {
  readonly nodes: {
    node(id: string): EditorNode;
    eachNode(callback: (node: EditorNode) => boolean): void;
    getType(type: string): object;
  };
  readonly editor: {
    edit(node: EditorNode): void;
    editConfig(field: string, type: string, id: string): void;
    validateNode(node: EditorNode): boolean;
  };
  readonly utils: { getNodeIcon(definition: object): string };
}

declare global {
  const RED: Red;
}

interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly validationErrors?: readonly string[];
  readonly status?: { readonly text?: string };
  readonly [property: string]: unknown;
}

export function actionsOn(page: Page): Actions {
  return {
    async edit(nodeId) {
      await page.evaluate((id) => RED.editor.edit(RED.nodes.node(id)), nodeId);
      await dialogStandsStill(page);
    },
    async editConfig(type, nodeId) {
      await page.evaluate(([wanted, id]) => RED.editor.editConfig('', wanted, id), [type, nodeId] as const);
      await dialogStandsStill(page);
    },
    async done() {
      await page.click('#node-dialog-ok, #node-config-dialog-ok');
      await dialogIsGone(page);
    },
    async cancel() {
      await page.click('#node-dialog-cancel, #node-config-dialog-cancel');
      await dialogIsGone(page);
    },
    async pick(label) {
      await page.locator('.red-ui-typedInput-option-trigger:visible').first().click();
      await menuStandsStill(page);
      await page.getByRole('link', { name: label, exact: true }).click();
    },
    async drop(type, search) {
      await page.fill('#red-ui-palette-search input', search);
      const entry = page.locator(`[data-palette-type="${type}"]`);
      await entry.dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 300, y: 120 } });
      return page.evaluate(idOf, type);
    },
    async deploy() {
      const answered = page.waitForResponse(
        (response) => response.request().method() === 'POST' && /\/flows$/.test(response.url()),
      );
      await page.click('#red-ui-header-button-deploy');
      await answered;
    },
    validationErrors: (nodeId) => page.evaluate(validate, nodeId),
  };
}

/** A dialog slides in, and takes the focus to its first field on the way: who acts before that loses the focus, and finds lists elsewhere. */
async function dialogStandsStill(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const dialog = document.querySelector('.red-ui-tray');
    const hasFocus = dialog?.querySelector('.red-ui-tray-body')?.contains(document.activeElement);
    return hasFocus && dialog?.getAnimations().length === 0;
  });
}

/** A menu slides down, and scrolls to what was chosen before: who clicks meanwhile takes its neighbour. */
async function menuStandsStill(page: Page): Promise<void> {
  await page.waitForFunction(
    () => $('.red-ui-typedInput-options:visible').length === 1 && $('.red-ui-typedInput-options:animated').length === 0,
  );
}

async function dialogIsGone(page: Page): Promise<void> {
  await page.waitForSelector('.red-ui-tray', { state: 'detached' });
}

/** In the page. */
function idOf(type: string): string {
  let id = '';
  RED.nodes.eachNode((node) => {
    if (node.type === type) id = node.id;
    return true;
  });
  return id;
}

/** In the page. */
function validate(nodeId: string): string[] {
  const node = RED.nodes.node(nodeId);
  RED.editor.validateNode(node);
  return [...(node.validationErrors ?? [])];
}
