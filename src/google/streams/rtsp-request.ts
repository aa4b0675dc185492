/** Owns the little of RTSP that a redirector must read and write (RFC 2326, 6 and 7). Pure; refuses bodies. */

export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  /** Goes back as it came (RFC 2326, 12.17). */
  readonly cseq: string;
}

/** The head of a request that has come in whole, without its empty last line. @returns undefined for what is no RTSP */
export function parseRequest(head: string): RtspRequest | undefined {
  const [first = '', ...headers] = head.split('\r\n');
  const [, method, url] = /^([A-Z_]{1,20}) (\S{1,2000}) RTSP\/1\.0$/.exec(first) ?? [];
  const cseq = headers.map((line) => /^cseq:\s*(\d{1,10})\s*$/i.exec(line)?.[1]).find((found) => found !== undefined);
  const hasBody = headers.some((line) => /^content-length:\s*0*[1-9]/i.test(line));
  return method && url && cseq && !hasBody ? { method, url, cseq } : undefined;
}

const REASONS = {
  200: 'OK',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  503: 'Service Unavailable',
} as const;

export function formatAnswer(status: keyof typeof REASONS, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `RTSP/1.0 ${status} ${REASONS[status]}\r\n${lines.join('')}\r\n`;
}
