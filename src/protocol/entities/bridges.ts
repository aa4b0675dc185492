/** Owns what answers tell of bridges where what they tell is of all bridges of a cluster; of a bridge that stands alone they tell nothing of it. */

/** Of each thing in a list. */
export const bridgeOf = {
  bridge: { type: 'string', description: 'In a cluster: at which bridge this is, as in `cluster.list`' },
} as const;

/** Beside a list. */
export const unanswered = {
  unanswered: {
    type: 'array',
    items: { type: 'string' },
    description: 'In a cluster: the bridges that have not answered within a second; what they alone know is missing',
  },
} as const;
