/** Owns what the OpenAPI document says of the file of a backup. */

import { BACKUP } from '../../protocol/entities/system/backups.ts';

const refer = (status: number) => [status, { $ref: `#/components/responses/${status}` }] as const;
const headers = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
const parameters = [{ $ref: '#/components/parameters/RequestId' }];
const security = [{ bearer: [] }];
const file = { 'application/octet-stream': {} };
const { title: _, ...counts } = BACKUP;

export const BACKUP_PATHS = {
  tags: [],
  paths: {
    '/api/backup': {
      get: {
        operationId: 'backup',
        tags: ['backups'],
        summary: 'Everything that the service keeps, as one file',
        description:
          'For administrators. The same file as `nestmtx-bridge backup` writes, read back and checked. Whoever has it has every secret: ' +
          '`nestmtx-bridge restore` brings it into an empty folder.',
        security,
        parameters,
        responses: {
          200: { description: 'The file', headers, content: file },
          ...Object.fromEntries([401, 403, 429, 500, 503].map(refer)),
        },
      },
    },
    '/api/backup/check': {
      post: {
        operationId: 'backup.check',
        tags: ['backups'],
        summary: 'Whether a file is a whole backup of this service, and how much is in it',
        description: 'For administrators. Nothing is changed.',
        security,
        parameters,
        requestBody: { required: true, content: file },
        responses: {
          200: {
            description: 'It is whole',
            headers,
            content: {
              'application/json': {
                schema: counts,
                examples: { example: { value: { counts: { users: 2, credentials: 0, cameras: 1, instances: 1 } } } },
              },
            },
          },
          ...Object.fromEntries([401, 403, 413, 429, 500, 503].map(refer)),
        },
      },
    },
  },
};
