/** Owns the AsyncAPI 3.0 document: what goes over MQTT, made from the modules, their schemas, the topics and the events. */

import type { Module } from '../../core/requests/registry.ts';
import type { Topics } from '../../protocol/topics.ts';
import { createComponents } from '../components.ts';
import { createMessages } from '../messages.ts';
import { channelsOf } from './channels.ts';
import { requestOperations } from './requests.ts';

export interface MqttServer {
  /** With the port. */
  readonly host: string;
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  /** Of a WebSocket. */
  readonly pathname?: string;
}

interface AsyncApiParts {
  readonly topics: Topics;
  readonly modules: readonly Module[];
  readonly version: string;
  /** By name. */
  readonly servers: Readonly<Record<string, MqttServer>>;
}

export function asyncApiDocument({ topics, modules, version, servers }: AsyncApiParts) {
  const components = createComponents();
  const messages = createMessages();
  const requests = requestOperations(modules, components, messages);
  const { channels, operations } = channelsOf(topics, requests, components, messages);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'NestMTX Bridge',
      version,
      description: INTRODUCTION,
      license: { name: 'MIT' },
      tags: modules.map(({ name, summary }) => ({ name, description: summary })),
    },
    defaultContentType: 'application/json',
    servers: Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, described(server)])),
    channels,
    operations: { ...requests.operations, ...operations },
    components: {
      schemas: components.schemas,
      messages: messages.all,
      securitySchemes: { login: { type: 'userPassword', description: 'Name and password of a user who may log in' } },
    },
  };
}

const INTRODUCTION = `The same modules and verbs are reachable over HTTP; \`openapi.json\` describes that side.

Subscribe to the topic of the answer, then publish the request. Requests must not be retained. Failures have the body
\`ErrorBody\`; programs should look at its \`code\`. Answers and events may gain keys, so let unknown ones through.`;

function described(server: MqttServer) {
  return { ...server, security: [{ $ref: '#/components/securitySchemes/login' }] };
}
