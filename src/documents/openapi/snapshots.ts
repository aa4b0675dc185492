/** Owns what the OpenAPI document says of the pictures of a camera. */

import { SNAPSHOT_FAULTS } from '../../protocol/entities/watching/snapshot.ts';

const refer = (status: number) => ({ $ref: `#/components/responses/${status}` });

const REASONS = Object.entries(SNAPSHOT_FAULTS).map(([fault, words]) => `- \`snapshot.${fault}\`: ${words}`);

interface Picture {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly responses?: object;
}

function picture({ operationId, summary, description, responses }: Picture) {
  return {
    get: {
      operationId,
      tags: ['cameras'],
      summary,
      description,
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
        ...responses,
        ...Object.fromEntries([401, 404, 429, 500, 503].map((status) => [status, refer(status)])),
      },
    },
  };
}

export const SNAPSHOT_PATH = {
  tags: [],
  paths: {
    '/api/cameras/{id}/snapshot': picture({
      operationId: 'cameras.snapshot',
      summary: 'A picture of now',
      description:
        'For whoever may read the camera. It is at most two seconds old, and may take 15 seconds to come. ' +
        `Where there is none the code is \`no_snapshot\`, and \`details[0].type\` one of:\n\n${REASONS.join('\n')}`,
    }),
    '/api/cameras/{id}/snapshot/last': picture({
      operationId: 'cameras.lastSnapshot',
      summary: 'The last picture that was taken, as long as it is kept',
      description:
        'For whoever may read the camera, which is not asked; `Last-Modified` says how old it is. ' +
        'Where none is kept the code is `no_snapshot`, and `details[0].type` is `snapshot.none_kept`.',
      responses: { 304: { description: 'It is the one that `If-None-Match` or `If-Modified-Since` names' } },
    }),
  },
};
