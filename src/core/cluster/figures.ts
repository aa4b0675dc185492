/** Owns how the bridges of a cluster tell one another small figures, every second: at most once, bounded in number and size, and never kept. */

import type { Clock } from '../ports.ts';
import type { Exchange } from './exchange.ts';

/** What it is of, and how much. */
export type Figure = readonly [name: string, ...values: number[]];

interface Telling {
  readonly exchange: Pick<Exchange, 'id' | 'others' | 'say' | 'listen'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly channel: string;
  /** What there is to tell; asked every second, also while nobody listens. */
  own(): readonly Figure[];
  /** What another bridge tells. @param from the bridge; another one after each start */
  heard(from: string, figures: readonly Figure[]): void;
}

const TELL_MS = 1000;
/** In one message: that of NATS has its bounds. */
const MOST_IN_PART = 500;
const MOST = 20_000;
const LONGEST_NAME = 200;
const ID = /^[0-9a-z-]{1,64}$/;

/** @returns what ends it */
export function tellOneAnother({ exchange, clock, channel, own, heard }: Telling): () => void {
  let cancel = () => {};

  function tell(): void {
    cancel = clock.after(TELL_MS, tell);
    const figures = own().slice(0, MOST);
    if (exchange.others.length === 0) return;
    for (let at = 0; at < figures.length; at += MOST_IN_PART) {
      const part = { from: exchange.id, figures: figures.slice(at, at + MOST_IN_PART) };
      exchange.say(channel, Buffer.from(JSON.stringify(part)));
    }
  }

  const stop = exchange.listen(channel, (bytes) => {
    const { from, figures } = partOf(bytes);
    if (figures.length > 0) heard(from, figures);
  });
  cancel = clock.after(TELL_MS, tell);
  return () => {
    cancel();
    stop();
  };
}

/** @throws Error for what no bridge has told */
function partOf(bytes: Uint8Array): { readonly from: string; readonly figures: readonly Figure[] } {
  const part: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  const { from, figures } = Object(part);
  if (typeof from !== 'string' || !ID.test(from) || !Array.isArray(figures))
    throw new Error('these are no figures of a bridge');
  return { from, figures: figures.slice(0, MOST_IN_PART).filter(isFigure) };
}

function isFigure(figure: unknown): figure is Figure {
  if (!Array.isArray(figure)) return false;
  const [name, ...values] = figure;
  return typeof name === 'string' && name.length <= LONGEST_NAME && values.every(Number.isFinite);
}
