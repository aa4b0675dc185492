/** Owns what the OpenAPI document says of a camera's snapshot. */

import { SNAPSHOT_FAULTS } from '../../protocol/entities/snapshot.ts';

const refer = (status: number) => ({ $ref: `#/components/responses/${status}` });

const REASONS = Object.entries(SNAPSHOT_FAULTS).map(([fault, words]) => `- \`snapshot.${fault}\`: ${words}`);

export const SNAPSHOT_PATH = {
  tags: [],
  paths: {
    '/api/cameras/{id}/snapshot': {
      get: {
        operationId: 'cameras.snapshot',
        tags: ['cameras'],
        summary: 'A picture of now',
        description:
          'For whoever may read the camera. It is at most two seconds old, and may take 15 seconds to come. ' +
          `Where there is none the code is \`no_snapshot\`, and \`details[0].type\` one of:\n\n${REASONS.join('\n')}`,
        security: [{ bearer: [] }],
        parameters: [
          {
            name: 'id',
            in: 'path',
            required: true,
            description: 'Id of the camera',
            schema: { type: 'string', minLength: 1 },
            examples: { example: { value: '1' } },
          },
          { $ref: '#/components/parameters/RequestId' },
        ],
        responses: {
          200: {
            description: 'The picture',
            headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
            content: { 'image/jpeg': {} },
          },
          ...Object.fromEntries([401, 404, 429, 500, 503].map((status) => [status, refer(status)])),
        },
      },
    },
  },
};
