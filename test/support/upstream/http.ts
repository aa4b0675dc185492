/** Owns the HTTP door of the NestMTX stand-in (contract 2.8): the same modules, statuses 401 and 400 and no others for errors. */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { portOf } from '../free-port.ts';
import { blankCamera, type CameraFields } from './camera.ts';
import { encryptAsNestMtx } from './encryption.ts';
import { modulesOf, newData } from './modules.ts';

export interface UpstreamHttp {
  readonly url: string;
  /** `METHOD /path`, in the order they came. */
  readonly requests: readonly string[];
  addUser(username: string, canLogin?: boolean): void;
  addCredentials(description: string, tokens: object | null): number;
  addCamera(fields: CameraFields & { readonly credentialId?: number }): void;
  /** Breaks off every connection from this request on, counted from 1. */
  dieAt(request: number): void;
  close(): Promise<void>;
}

export async function startUpstreamHttp(appKey: string): Promise<UpstreamHttp> {
  const data = newData();
  const modules = modulesOf(data, Date.now);
  const requests: string[] = [];
  let diesAt = Number.POSITIVE_INFINITY;

  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (requests.length >= diesAt) return void request.socket.destroy();
    const { status, body } = await answer(request);
    const isText = typeof body !== 'object';
    response.writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' });
    response.end(body === undefined ? '' : isText ? String(body) : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const [, , name = '', entity] = url.pathname.split('/');
    const command = { GET: entity === undefined ? 'list' : 'read', POST: 'create', PUT: 'update' }[
      request.method ?? ''
    ];
    const query = Object.fromEntries(url.searchParams);
    const sent = await text(request);
    const payload = { ...query, ...(sent === '' ? {} : JSON.parse(sent)) };
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const user = data.users.get(data.tokens.get(token ?? '') ?? -1);
    const found = modules[name];
    const context = { command, module: name, payload };
    const refuse = (status: number, message: string) => ({
      status,
      body: { error: { message, details: [], context } },
    });
    if (!found) return refuse(400, `Module ${name} not initialized`);
    if (!found.isOpen && !user) return refuse(401, 'Unauthorized');
    const operation = found.operations[command ?? ''];
    if (!operation) return refuse(400, `Module ${name} does not implement a ${command} method`);
    try {
      const value = operation({ entity: entity ?? '', payload, user });
      return { status: command === 'list' || command === 'read' ? 200 : 201, body: value };
    } catch (error) {
      return refuse(400, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    addUser(username, can_login = true) {
      const id = data.nextUserId;
      data.nextUserId += 1;
      data.users.set(id, { id, username, password: 'a password', can_login });
    },
    addCredentials(description, tokens) {
      const id = data.credentials.length + 1;
      data.credentials.push({
        id,
        description,
        checksum: '0'.repeat(64),
        oauth_client_id: encryptAsNestMtx(`${id}.apps.googleusercontent.com`, appKey),
        oauth_client_secret: encryptAsNestMtx(`GOCSPX-${id}`, appKey),
        dac_project_id: encryptAsNestMtx(`project-${id}`, appKey),
        tokens: tokens && encryptAsNestMtx(tokens, appKey),
        token_redirect_url: tokens && 'https://nest:2001/credentials/authorize',
        created_at: '2024-09-01 10:00:00',
        updated_at: '2024-09-01 10:00:00',
      });
      return id;
    },
    addCamera({ credentialId = 1, ...fields }) {
      data.cameras.set(fields.id, { ...blankCamera(fields), credentialId });
    },
    dieAt: (request) => {
      diesAt = request;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
