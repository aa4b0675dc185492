/** Owns the settings of HTTP and HTTPS: where the service listens, with which certificate, and whom it believes. */

import { HOST, LISTEN_PORT, TEXT } from './kinds.ts';

export const HTTP_SETTINGS = {
  HOST: { ...HOST, yaml: 'http.host', default: '0.0.0.0', description: 'Address that HTTP and MQTT listen on.' },
  PORT: { ...LISTEN_PORT, yaml: 'http.port', default: 2000, description: 'HTTP port; 0 takes any free one.' },
  HTTPS_PORT: {
    ...LISTEN_PORT,
    yaml: 'https.port',
    description: 'HTTPS port, 2001 in NestMTX; 0 takes any free one; when absent, there is no HTTPS.',
  },
  HTTPS_CERT: {
    ...TEXT,
    yaml: 'https.cert',
    description: 'PEM file of the certificate for HTTPS; when absent, one is made that signs itself.',
  },
  HTTPS_KEY: { ...TEXT, yaml: 'https.key', description: 'PEM file of the private key of that certificate.' },
  CORS_ORIGINS: {
    type: 'array',
    items: { type: 'string', format: 'origin' },
    yaml: 'http.cors_origins',
    default: [],
    description: 'Web pages of these origins may call the HTTP API.',
  },
  TRUST_PROXY: {
    ...TEXT,
    format: 'proxies',
    yaml: 'http.trust_proxy',
    description: 'Reverse proxies whose X-Forwarded headers are believed.',
  },
} as const;
