/** Owns the text of RTSP requests and responses (RFC 2326, 6). Pure. */

export interface RtspResponse {
  readonly status: number;
  /** By lower-case name; a name may come more than once. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

export interface RtspRequest {
  readonly method: 'OPTIONS' | 'DESCRIBE';
  /** Without credentials. */
  readonly uri: string;
  readonly cSeq: number;
  readonly authorization?: string | undefined;
}

export function formatRequest({ method, uri, cSeq, authorization }: RtspRequest): string {
  const lines = [
    `${method} ${uri} RTSP/1.0`,
    `CSeq: ${cSeq}`,
    'User-Agent: nestmtx-bridge',
    ...(method === 'DESCRIBE' ? ['Accept: application/sdp'] : []),
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/**
 * @param bytes as they came, read as Latin-1 so that lengths are bytes
 * @returns undefined while it is not complete, null when it is no RTSP
 */
export function parseResponse(bytes: string): RtspResponse | undefined | null {
  const isStart = bytes.startsWith('RTSP/'.slice(0, bytes.length));
  if (!isStart) return null;
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const [, status] = /^RTSP\/\d\.\d (\d{3})(?: |$)/.exec(statusLine) ?? [];
  if (status === undefined) return null;
  const headers = headersOf(lines);
  const length = Number(headers.get('content-length')?.[0] ?? 0);
  if (!Number.isSafeInteger(length) || length < 0) return null;
  const body = bytes.slice(end + 4, end + 4 + length);
  return body.length < length ? undefined : { status: Number(status), headers, body };
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}
