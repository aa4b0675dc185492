/** Owns a session description as lines in sections (RFC 8866): taking it apart, finding things in it, putting it together. Pure. */

/** The lines of one media section, the `m=` line first. */
export type Section = readonly string[];

export interface Description {
  readonly session: Section;
  readonly media: readonly Section[];
}

/** @returns undefined for what does not begin as a description does */
export function parseSdp(text: string): Description | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines[0] !== 'v=0') return undefined;
  const first = lines.findIndex((line) => line.startsWith('m='));
  if (first < 0) return { session: lines, media: [] };
  const media: string[][] = [];
  for (const line of lines.slice(first)) {
    if (line.startsWith('m=')) media.push([line]);
    else media.at(-1)?.push(line);
  }
  return { session: lines.slice(0, first), media };
}

export function formatSdp({ session, media }: Description): string {
  return [...session, ...media.flat()].map((line) => `${line}\r\n`).join('');
}

/** `audio`, `video` or `application`. */
export function kindOf(section: Section): string {
  return /^m=(\S+)/.exec(section[0] ?? '')?.[1] ?? '';
}

/** The value of the first `a=<name>:` line. */
export function attribute(section: Section, name: string): string | undefined {
  const start = `a=${name}:`;
  return section.find((line) => line.startsWith(start))?.slice(start.length);
}

function isCandidate(line: string): boolean {
  return line.startsWith('a=candidate:') || line === 'a=end-of-candidates';
}

/** All candidates of a bundle in its first section, where those look that bundle (RFC 8843, 7.1.3). */
export function gatherCandidates(media: readonly Section[]): Section[] {
  const candidates = media.flat().filter(isCandidate);
  const hosts = [...new Set(candidates.filter((line) => line !== 'a=end-of-candidates'))];
  const isEnded = candidates.length > 0 && candidates.includes('a=end-of-candidates');
  return media.map((section, index) => [
    ...section.filter((line) => !isCandidate(line)),
    ...(index === 0 ? [...hosts, ...(isEnded ? ['a=end-of-candidates'] : [])] : []),
  ]);
}

/** The session's lines with the bundle naming these sections in this order (RFC 8843, 7). */
export function bundled(session: Section, media: readonly Section[]): Section {
  const mids = media.map((section) => attribute(section, 'mid') ?? '');
  return session.map((line) => (line.startsWith('a=group:BUNDLE') ? `a=group:BUNDLE ${mids.join(' ')}` : line));
}
