/** Owns the reading of `multipart/form-data`, which browsers and `curl -F` send: its texts by name. Takes no files. */

import type { RequestHandler } from 'express';
import { ApiError } from '../../protocol/api-error.ts';
import type { JsonObject } from '../../protocol/envelope.ts';

/** Behind whatever reads such a body as bytes. */
export const readMultipart: RequestHandler = async (request, _response, next) => {
  const { body } = request;
  if (Buffer.isBuffer(body)) request.body = await textsOf(body, request.headers['content-type'] ?? '');
  next();
};

async function textsOf(bytes: Buffer, type: string): Promise<JsonObject> {
  const texts: Record<string, unknown> = Object.create(null);
  for (const [name, value] of await partsOf(bytes, type)) {
    if (typeof value !== 'string') throw new ApiError('invalid_payload', { message: 'A form with files is not taken' });
    const others = texts[name];
    texts[name] = others === undefined ? value : [others, value].flat();
  }
  return texts;
}

async function partsOf(bytes: Buffer, type: string): Promise<Iterable<[string, unknown]>> {
  try {
    // What Node reads the answers to its own requests with.
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw new ApiError('invalid_payload', { message: 'The form cannot be read', cause });
  }
}
