/** Owns what the instance node and its account are told, and in which form it comes in. What an older flow lacks is as it was then. */

import { flag, oneOf, secret, text, typedText, type Values } from '../values.ts';

export const ACCOUNT = {
  fields: {
    url: text(),
    login: oneOf('password', 'token'),
    tls: text(),
    /** Whether the broker of the instances is reached by TLS; `auto` where the port is that of MQTT over TLS. */
    brokerTls: oneOf('auto', 'always', 'never'),
    /** In place of the host name that instances have, which may be known at the service alone. */
    brokerHost: text(),
  },
  secrets: { username: secret('text'), password: secret('password'), token: secret('password') },
} as const;

export const INSTANCE = {
  fields: {
    account: text(),
    action: typedText(),
    actionType: text('verb'),
    entity: typedText(),
    entityType: text('record'),
    /** That the instance which the dialog names may be deleted. */
    confirmed: flag(),
    overlap: typedText(),
    overlapType: text('num'),
    label: typedText(),
    labelType: text('none'),
    enabled: typedText(),
    enabledType: text('none'),
    expires: typedText(),
    /** `never` besides the usual ones. */
    expiresType: text('none'),
    /** What is to be known of the topic: `publish` or `subscribe`. */
    right: typedText(),
    rightType: text('verb'),
    topic: typedText(),
    topicType: text('str'),
    bundle: typedText(),
    bundleType: text('verb'),
    /** `none`, or where the ETag is. */
    ifMatch: typedText(),
    ifMatchType: text('none'),
    /** `auto`, or where the key is. */
    idempotencyKey: typedText(),
    idempotencyKeyType: text('auto'),
    search: typedText(),
    searchType: text('str'),
    offset: typedText(),
    offsetType: text('num'),
    limit: typedText(),
    limitType: text('num'),
    order: oneOf('asc', 'desc'),
    /** What becomes of a list that has several pages: one of them, all as one array, or a message for each instance. */
    paging: oneOf('page', 'all', 'stream'),
    timeout: typedText(),
    timeoutType: text('num'),
    /** Whether what goes wrong comes out of a second output. */
    errorOutput: flag(),
  },
  secrets: {},
} as const;

export type AccountFields = Values<typeof ACCOUNT.fields>;
export type AccountSecrets = Values<typeof ACCOUNT.secrets>;
export type InstanceFields = Values<typeof INSTANCE.fields>;
