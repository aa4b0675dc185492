/** Owns pictures as cameras take them, drawn: no two alike, and nobody's house. */

import type { Browser } from '../browser.ts';

/** Colours of the sky, of the ground and of what stands there. */
const SCENES = [
  ['#9ec3dd', '#7d8a72', '#c9a27a'],
  ['#c7d3dc', '#6f7478', '#4d6a86'],
  ['#8fb9e0', '#5f8f4e', '#7a5a3c'],
  ['#e6ddd0', '#a98d6c', '#6b7f6a'],
] as const;

/** A JPEG of 640 by 360. */
export async function drawPicture(browser: Browser, index: number): Promise<Uint8Array> {
  const [sky, ground, thing] = SCENES[index % SCENES.length] ?? SCENES[0];
  const left = 80 + 120 * index;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360">
    <rect width="640" height="360" fill="${sky}"/>
    <path d="M0 230 Q160 190 320 225 T640 215 V360 H0Z" fill="${ground}"/>
    <path d="M${left} 150 l90 -70 l90 70 v110 h-180Z" fill="${thing}"/>
    <rect x="${left + 70}" y="190" width="40" height="70" fill="${sky}" opacity="0.6"/>
    <circle cx="${560 - left / 2}" cy="${80 + 10 * index}" r="26" fill="#fff4c4" opacity="0.8"/>
  </svg>`;
  const page = `<style>body{margin:0}svg{display:block;width:640px;height:360px}</style>${drawing}`;
  const window = await browser.open(`data:text/html,${encodeURIComponent(page)}`, {
    viewport: { width: 640, height: 360 },
  });
  try {
    return await window.page.screenshot({ type: 'jpeg', quality: 80 });
  } finally {
    await window.close();
  }
}
