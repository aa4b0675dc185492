/** Owns how a WebSocket carries MQTT (MQTT 5.0, 6.0): in binary frames, cut as it comes. */

import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { Connection } from '../connection/connection.ts';
import type { Transport } from '../connection/transport.ts';

const PROTOCOL_ERROR = 1002;
const UNSUPPORTED_DATA = 1003;

/** What may have come behind the first packet before the socket was asked to wait. */
const READ_AHEAD_BYTES = 128 * 1024;

/** What the HTTP server knows of it. */
export interface UnderWebSocket {
  readonly socket: Socket;
  /** The client's, seen through proxies. */
  readonly address: string | undefined;
}

/**
 * Closes it when it does not speak MQTT.
 * @param connectBytes largest first packet
 */
export function carryOverWebSocket(
  webSocket: WebSocket,
  { socket, address }: UnderWebSocket,
  connectBytes: number,
  accept: (transport: Transport) => Connection | undefined,
): void {
  if (webSocket.protocol !== 'mqtt' && webSocket.protocol !== 'mqttv3.1') {
    webSocket.close(PROTOCOL_ERROR, 'the subprotocol must be mqtt');
    return;
  }
  webSocket.on('error', () => undefined);
  const connection = accept({
    address,
    certificateName: undefined,
    get waitingBytes() {
      return webSocket.bufferedAmount;
    },
    write: (bytes, taken) =>
      webSocket.send(bytes, () => {
        taken();
        if (webSocket.bufferedAmount === 0) connection?.drained();
      }),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    end: () => webSocket.close(),
    destroy: () => webSocket.terminate(),
  });
  if (connection === undefined) return;
  webSocket.on('message', (data, isBinary) => {
    // MQTT 5.0, 6.0-1
    if (isBinary) connection.receive(bytesOf(data));
    else webSocket.close(UNSUPPORTED_DATA, 'MQTT comes in binary frames');
  });
  webSocket.once('close', () => connection.closed());
  guardMemory(socket, connection, connectBytes + READ_AHEAD_BYTES);
}

/** A frame is handed over when it is whole: whoever has not logged in may not keep us waiting for the end of a large one. */
function guardMemory(socket: Socket, connection: Connection, mostBytes: number): void {
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (connection.isOpen) socket.off('data', count);
    else if (bytes > mostBytes) connection.giveUp('too much before its login');
  };
  socket.on('data', count);
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
