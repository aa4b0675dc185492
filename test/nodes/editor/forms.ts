/** Owns what suites ask of an open form of the editor: that a keyboard gets everywhere, that everything has a name, and that labels have room. */

import type { Editor } from '../../support/node-red/editor.ts';

export const NODE_FORM = '#dialog-form';
export const CONFIG_FORM = '#node-config-dialog-edit-form';

/** What a keyboard cannot reach, or a screen reader cannot name. Buttons beside a list of configuration nodes are Node-RED's own. */
export function faultyFields({ page }: Editor, form: string): Promise<string[]> {
  const own = 'input:visible, select:visible, .red-ui-typedInput-container button:visible';
  return page
    .locator(`${form} .form-row`)
    .locator(own)
    .evaluateAll((all) =>
      all
        .filter((field) => {
          const labelledBy = field.getAttribute('aria-labelledby')?.split(' ') ?? [];
          const isNamed = labelledBy.some((id) => document.getElementById(id)?.textContent?.trim());
          const labels = field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.labels : null;
          return field.tabIndex !== 0 || !(isNamed || field.ariaLabel || labels?.length);
        })
        .map(({ outerHTML }) => outerHTML),
    );
}

/** Which rows of the form the focus comes to, as Tab is pressed from the first field on. */
export async function rowsByKeyboard({ page }: Editor, form: string): Promise<number[]> {
  const rows: number[] = [];
  await page.locator(`${form} .form-row input:visible`).first().focus();
  for (;;) {
    const row = await page.evaluate((selector) => {
      const focused = document.activeElement?.closest(selector);
      return focused ? [...document.querySelectorAll(selector)].indexOf(focused) : -1;
    }, `${form} .form-row`);
    if (row < 0) return rows;
    if (rows.at(-1) !== row) rows.push(row);
    await page.keyboard.press('Tab');
  }
}

export function visibleRows({ page }: Editor, form: string): Promise<number[]> {
  const rows = page.locator(`${form} .form-row`);
  return rows.evaluateAll((all) => all.flatMap((row, index) => (row.getClientRects().length > 0 ? [index] : [])));
}

/** How many lines of text the tallest label has: one that needs two has no room. */
export async function labelLines({ page }: Editor, form: string): Promise<number> {
  const labels = page.locator(`${form} .form-row > label:visible`);
  const heights = await labels.evaluateAll((all) => all.map(({ clientHeight }) => clientHeight));
  return Math.floor(Math.max(...heights) / Math.min(...heights));
}
