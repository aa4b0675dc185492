/** Owns what a page must not do to people: text too faint, controls without a name, content wider than the window. */

import type { Page } from 'playwright-core';

/** Faults in words, of what is visible now; none is good. */
export async function auditPage(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
    const all = [...document.body.querySelectorAll('*')].filter(isShown);

    const nameOf = (element: Element) => {
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
      const texts = [element.getAttribute('aria-label'), ...[...(labels ?? [])].map((label) => label.textContent)];
      const by = element.getAttribute('aria-labelledby');
      if (by !== null) texts.push(document.getElementById(by)?.textContent ?? null);
      if (element.matches('a, button')) texts.push(element.textContent);
      return texts.join('').trim();
    };
    for (const element of all.filter((each) => each.matches('a, button, input, select, section, [tabindex="0"]'))) {
      if (nameOf(element) === '') faults.push(`no name: ${element.outerHTML.slice(0, 80)}`);
    }
    for (const image of all.filter((each) => each.matches('img:not([alt])'))) faults.push(`no alt: ${image.outerHTML}`);

    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) faults.push(`id twice: ${id}`);

    const levels = all.filter((each) => /^H[1-6]$/.test(each.tagName)).map(({ tagName }) => Number(tagName[1]));
    levels.forEach((level, at) => {
      if (level > (levels[at - 1] ?? 0) + 1) faults.push(`heading ${level} follows ${levels[at - 1]}`);
    });
    for (const landmark of ['header', 'main', 'footer', 'h1']) {
      if (document.querySelectorAll(landmark).length !== 1) faults.push(`not one ${landmark}`);
    }

    // WCAG 2.2, 1.4.3: relative luminance and contrast.
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const channels = (colour: string): number[] => {
      if (!canvas) return [];
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element: Element | null): string => {
      if (!element) return 'white';
      const { backgroundColor } = getComputedStyle(element);
      return channels(backgroundColor)[3] === 255 ? backgroundColor : backgroundOf(element.parentElement);
    };
    for (const element of all) {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      );
      if (!hasText) continue;
      const [text, ground] = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))];
      const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
      if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(2)}: ${element.textContent?.slice(0, 40)}`);
    }

    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`${scrollWidth} wide in a window of ${clientWidth}`);
    for (const button of all.filter((each) => each.matches('button, select, input'))) {
      // WCAG 2.2, 2.5.8.
      if (button.getBoundingClientRect().height < 24) faults.push(`too small to hit: ${nameOf(button)}`);
    }
    return faults;
  });
}
