/** Owns one connection to a camera: a question at a time, an answer of bounded size. */

import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { parseResponse, type RtspResponse } from './rtsp-message.ts';

export interface RtspConnection {
  /** Rejects with the system's error when there is no connection to be had. */
  readonly connected: Promise<void>;
  /** Rejects when the connection breaks, and when the answer is no RTSP. */
  ask(request: string): Promise<RtspResponse>;
  /** Whether a password may travel on it as it is: not encrypted at all, or to whoever the address names. Known when it is connected. */
  isTrusted(): boolean;
  /** Breaks off; what is waiting rejects. */
  close(): void;
}

const MAX_ANSWER = 64 * 1024;

/**
 * Begins to connect.
 * @param fingerprint SHA-256 of a certificate that is trusted whoever signed it, in hex
 * @param lookup in place of the system's
 */
export function openRtsp(url: URL, fingerprint?: string, lookup?: LookupFunction): RtspConnection {
  const socket = open(url, lookup);
  let waiting:
    | { readonly resolve: (response: RtspResponse) => void; readonly reject: (why: Error) => void }
    | undefined;
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += String(chunk);
    const response = parseResponse(received);
    if (response) {
      received = '';
      waiting?.resolve(response);
    } else if (response === null || received.length > MAX_ANSWER) socket.destroy(new Error('the answer is no RTSP'));
  });
  let fault = new Error('the connection was closed');
  socket.on('error', (error) => {
    fault = error;
  });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', resolve);
    socket.once('close', () => {
      reject(fault);
      waiting?.reject(fault);
    });
  });
  return {
    connected,
    isTrusted: () => !(socket instanceof TLSSocket) || isVerified(socket, fingerprint),
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) reject(fault);
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
}

function open({ protocol, hostname, port }: URL, lookup?: LookupFunction): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'rtsps:') return connectTcp({ host, port: Number(port || 554), ...(lookup && { lookup }) });
  // Cameras sign their own certificates. What is told apart here is up from down; no password goes to one unverified.
  return connectTls({ host, port: Number(port || 322), rejectUnauthorized: false, ...(lookup && { lookup }) });
}

/** Where a fingerprint is given, that certificate is meant and no other. */
function isVerified(socket: TLSSocket, fingerprint: string | undefined): boolean {
  if (fingerprint === undefined) return socket.authorized;
  return hexOf(socket.getPeerCertificate().fingerprint256 ?? '') === hexOf(fingerprint);
}

function hexOf(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
