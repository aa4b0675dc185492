/** Owns names that are proposed: a path for a name, and a name for a path. Pure. */

/** Such as `front-door`: what MediaMTX takes in every version. */
export function pathFor(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll('ß', 'ss')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Such as `Front door`: the last part of the path. */
export function nameFor(path: string): string {
  const words = (path.split('/').at(-1) ?? path).replace(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Undefined for a scheme that no kind of source has; an address of the web is HLS, where it is not said to be WHEP. */
export function kindOf(url: string): 'rtsp' | 'rtmp' | 'srt' | 'udp' | 'whep' | 'hls' {
  const [scheme = ''] = url.trim().toLowerCase().split(':');
  if (scheme === 'rtmp' || scheme === 'rtmps') return 'rtmp';
  if (scheme === 'srt' || scheme === 'udp') return scheme;
  if (scheme === 'http' || scheme === 'https') return /\/whep\/?$/.test(url.trim()) ? 'whep' : 'hls';
  return 'rtsp';
}
