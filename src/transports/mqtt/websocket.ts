/** Owns the opening of WebSockets that carry MQTT (MQTT 5.0, 6.0); what they say is the broker's business. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';

const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];

/**
 * Makes a handler of HTTP upgrade requests that hands each opened WebSocket to `accept`. The library is loaded by the first of them.
 * @param maxFrameBytes a client may put a packet into one frame, so this is the largest packet
 */
export function openMqttWebSockets(
  maxFrameBytes: number,
  accept: (webSocket: WebSocket, request: IncomingMessage) => void,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  let opened: Promise<WebSocketServer> | undefined;
  return (request, socket, head) => {
    opened ??= openServer(maxFrameBytes);
    opened.then(
      (server) => server.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, request)),
      () => socket.destroy(),
    );
  };
}

async function openServer(maxFrameBytes: number): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  return new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    handleProtocols: (offered) => SUBPROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
}
