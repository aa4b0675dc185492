/** Owns the kinds of settings: what every text, secret, host, topic, flag, count and port is checked by. */

export const TEXT = { type: 'string' } as const;
export const SECRET = { type: 'string', writeOnly: true } as const;
export const HOST = { type: 'string', format: 'host' } as const;
export const TOPIC = { type: 'string', format: 'topic' } as const;
export const FLAG = { type: 'boolean' } as const;
export const COUNT = { type: 'integer', minimum: 1 } as const;
/** 0 lets the operating system choose a free port. */
export const LISTEN_PORT = { type: 'integer', minimum: 0, maximum: 65_535 } as const;
export const PORT = { ...LISTEN_PORT, minimum: 1 } as const;
