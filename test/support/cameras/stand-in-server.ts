/** Owns what stand-ins of restreamers do alike as servers: they let in whom they know, say nothing at all when told to, and end at once. */

import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** @param login undefined: everybody is let in */
export function isLetIn({ headers }: IncomingMessage, login: Login | undefined): boolean {
  if (!login) return true;
  const { username, password } = login;
  return headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

interface Silence {
  /** Whether questions are taken and none is answered. What was held ends with it, either way. */
  isKept: boolean;
  /** Questions that will never have an answer. */
  readonly held: number;
  hold(response: ServerResponse): void;
}

export function createSilence(): Silence {
  const held = new Set<ServerResponse>();
  let isKept = false;
  return {
    get isKept() {
      return isKept;
    },
    set isKept(value) {
      isKept = value;
      for (const response of held) response.destroy();
      held.clear();
    },
    get held() {
      return held.size;
    },
    hold: (response) => void held.add(response),
  };
}

/** Whoever is connected is cut off. */
export async function endServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
