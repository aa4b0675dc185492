/** Owns how a WebSocket carries MQTT (MQTT 5.0, 6.0): in binary frames, cut as it comes. */

import type { RawData, WebSocket } from 'ws';
import type { Connection } from '../connection/connection.ts';
import type { Transport } from '../connection/transport.ts';

const PROTOCOL_ERROR = 1002;
const UNSUPPORTED_DATA = 1003;

/** Closes it when it does not speak MQTT. */
export function carryOverWebSocket(
  webSocket: WebSocket,
  address: string | undefined,
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
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
