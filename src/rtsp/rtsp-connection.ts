/** Owns one connection to a camera: a question at a time, an answer of bounded size. */

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { parseResponse, type RtspResponse } from './rtsp-message.ts';

export interface RtspConnection {
  /** Rejects when the connection breaks, and when the answer is no RTSP. */
  ask(request: string): Promise<RtspResponse>;
  /** Whether the peer has shown that it is who the address names. */
  readonly isVerified: boolean;
  /** Breaks off; what is waiting rejects. */
  close(): void;
}

const MAX_ANSWER = 64 * 1024;

/** Rejects with the system's error when there is no connection to be had. */
export async function connectRtsp(url: URL, closed: AbortSignal): Promise<RtspConnection> {
  const socket = open(url);
  const breakOff = () => void socket.destroy();
  closed.addEventListener('abort', breakOff, { once: true });
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
  await connected(socket, () => fault);
  socket.once('close', () => waiting?.reject(fault));
  return {
    isVerified: socket instanceof TLSSocket && socket.authorized,
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) reject(fault);
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close() {
      closed.removeEventListener('abort', breakOff);
      socket.destroy();
    },
  };
}

function open({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'rtsps:') return connectTcp({ host, port: Number(port || 554) });
  // Cameras sign their own certificates. What is told apart here is up from down; no password goes to one unverified.
  return connectTls({ host, port: Number(port || 322), rejectUnauthorized: false });
}

function connected(socket: Socket, fault: () => Error): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => resolve());
    socket.once('close', () => reject(fault()));
  });
}
