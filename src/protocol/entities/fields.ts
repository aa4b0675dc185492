/** Owns the schemas of single values that many objects of the wire share. */

export const moment = { type: 'string', format: 'date-time' } as const;
export const momentOrNull = { type: ['string', 'null'], format: 'date-time' } as const;
export const textOrNull = { type: ['string', 'null'] } as const;
export const id = { type: 'integer', minimum: 0 } as const;
export const count = { type: 'integer', minimum: 0 } as const;
