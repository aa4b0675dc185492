/** Owns the names by which Home Assistant knows our devices: made from the base topic and ids, never from what people call things. */

import { createHash } from 'node:crypto';

export interface Identity {
  readonly bridge: string;
  camera(id: string): string;
  instance(id: string): string;
}

const MAX_BASE_LENGTH = 48;
/** With the domain before it and the entity's name behind it well below the 255 characters of an entity id. */
const MAX_SLUG_LENGTH = 80;

/** Different base topics give different names, so that two services on one broker do not meet. */
export function identityOf(base: string): Identity {
  const prefix = plainId(base);
  return {
    bridge: `${prefix}_bridge`,
    camera: (id) => `${prefix}_cam_${plainId(id)}`,
    instance: (id) => `${prefix}_instance_${plainId(id)}`,
  };
}

/** The characters that discovery topics may have; what had to be changed is told apart by a digest. */
function plainId(text: string): string {
  const plain = text.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  if (plain === text && text.length <= MAX_BASE_LENGTH) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${plain.slice(0, MAX_BASE_LENGTH)}_${digest}`;
}

/**
 * What entity ids begin with: the name in ASCII, as Home Assistant would write it. A name in another script would lose most of
 * itself, so `fallback` stands for it.
 */
export function slugOf(name: string, fallback: string): string {
  const folded = name.replaceAll('ß', 'ss').normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const slug = /[^\p{ASCII}]/u.test(folded.replaceAll(/[^\p{L}]/gu, '')) ? '' : plainSlug(folded);
  return slug === '' ? plainSlug(fallback) : slug;
}

function plainSlug(text: string): string {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+/g, '');
  return slug.slice(0, MAX_SLUG_LENGTH).replaceAll(/_+$/g, '');
}
