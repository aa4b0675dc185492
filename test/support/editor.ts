/** Owns Node-RED's editor in a real browser for one suite; every error on the page is kept. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { hasProgram } from './programs.ts';

/** For `describe.skipIf`. */
export const chromiumIsMissing = !hasProgram('chromium');

/** Kept after the run: CI stores them, people look at them. */
const SCREENSHOTS = process.env['SCREENSHOTS'] ?? join(tmpdir(), 'nestmtx-screenshots');

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Shorter than the time of a test, so that a failure names the action. */
const ACTION_TIMEOUT_MS = 6000;
/** Of the whole editor: a megabyte of scripts, and each node's dialog. */
const START_TIMEOUT_MS = 20_000;

export interface Editor {
  readonly page: Page;
  /** Faults of scripts and lines that the console shows as errors, so far. */
  readonly errors: readonly string[];
  /** Opens the editor and waits for this node. */
  open(url: string, nodeId: string): Promise<void>;
  /** Opens the dialog of a node of the workspace. */
  edit(nodeId: string): Promise<void>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function startEditor({
  locale = 'en-US',
  colorScheme = 'light' as 'light' | 'dark',
} = {}): Promise<Editor> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const executablePath = '/usr/bin/chromium';
  const viewport = { width: 1300, height: 900 };
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: ARGS,
    locale,
    colorScheme,
    viewport,
  });
  // Node-RED 5 has a dark theme, which the user chooses in the browser.
  await context.addInitScript((scheme) => localStorage.setItem('view-dark-theme', scheme), colorScheme);
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(ACTION_TIMEOUT_MS);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`);
  });

  return {
    page,
    errors,
    open: async (url, nodeId) => {
      await page.goto(`${url}/`, { timeout: START_TIMEOUT_MS });
      await page.waitForFunction((id) => typeof RED === 'object' && Boolean(RED.nodes?.node(id)), nodeId, {
        timeout: START_TIMEOUT_MS,
      });
    },
    edit: async (nodeId) => {
      await page.evaluate((id) => {
        RED.editor.edit(RED.nodes.node(id));
      }, nodeId);
      await page.waitForSelector('#dialog-form');
    },
    screenshot: async (name) => {
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Of the page, as far as suites use it from inside. */
export interface Red {
  readonly RED: {
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
  };
}

declare global {
  const RED: Red['RED'];
}

interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly validationErrors?: readonly string[];
  readonly status?: { readonly text?: string };
  readonly [property: string]: unknown;
}
