/** Owns a stand-in for Core's WebSocket API behind Supervisor's proxy: lets an app with the right token in, and lists users. */

import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';

/** As Core 2026.11 tells them; the rest of its fields does not matter here. */
export interface CoreUser {
  readonly id: string;
  readonly is_owner: boolean;
  readonly is_active: boolean;
  readonly group_ids: readonly string[];
}

export interface FakeCore {
  /** Undefined: Core answers nothing sensible. */
  users: readonly CoreUser[] | undefined;
  /** How often it was asked. */
  readonly asked: number;
}

/** @param server of the stand-in for Supervisor */
export function openFakeCore(server: Server, token: string): FakeCore {
  const sockets = new WebSocketServer({ noServer: true });
  const core = { users: [] as readonly CoreUser[] | undefined, asked: 0 };
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/core/websocket') return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.send(JSON.stringify({ type: 'auth_required', ha_version: '2026.11.0' }));
      let isKnown = false;
      client.on('message', (data) => {
        const { id, type, access_token } = JSON.parse(String(data));
        if (type === 'auth') isKnown = access_token === token;
        if (type === 'auth') client.send(JSON.stringify({ type: isKnown ? 'auth_ok' : 'auth_invalid' }));
        if (type !== 'config/auth/list' || !isKnown) return;
        core.asked += 1;
        const error = { code: 'unknown_error', message: '' };
        const answer = core.users ? { success: true, result: core.users } : { success: false, error };
        client.send(JSON.stringify({ id, type: 'result', ...answer }));
      });
    });
  });
  return core;
}
