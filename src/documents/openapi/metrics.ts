/** Owns what the OpenAPI document says of `/metrics`. */

const text = (value: string) => ({
  'text/plain': { schema: { type: 'string' }, examples: { example: { value } } },
});

export const METRICS_PATH = {
  tags: [],
  paths: {
    '/metrics': {
      get: {
        operationId: 'metrics',
        tags: ['service'],
        summary: 'Figures for Prometheus',
        description: 'Needs a token of an administrator, or to be asked from this machine.',
        security: [{ bearer: [] }, {}],
        responses: {
          200: { description: 'Its text format', content: text('nestmtx_store_writable 1\n') },
          401: { description: 'There is no token', content: text('Unauthorized') },
          403: { description: 'It is no administrator’s', content: text('Forbidden') },
        },
      },
    },
  },
};
