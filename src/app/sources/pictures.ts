/** Owns how a picture is said to other bridges: whose it is and when it was taken, in a line before it. */

import type { LastPicture } from '../../core/cameras/control.ts';
import { decode, isObject } from '../../protocol/envelope.ts';

const LINE_END = 0x0a;

export function pictureBytes({ cameraId, atMs, jpeg }: LastPicture): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ cameraId, atMs })}\n`), jpeg]);
}

/** @throws Error for what no bridge has said */
export function pictureIn(bytes: Uint8Array): LastPicture {
  const end = bytes.indexOf(LINE_END);
  const head = decode(bytes.subarray(0, end));
  const { cameraId, atMs } = isObject(head) ? head : {};
  if (typeof cameraId !== 'string' || typeof atMs !== 'number') throw new Error('this is no picture of a bridge');
  return { cameraId, atMs, jpeg: bytes.subarray(end + 1) };
}
