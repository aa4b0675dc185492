/** Owns the list of all tables of statements. */

import type { Row } from './row.ts';
import { ACKNOWLEDGEMENTS } from './tables/acknowledgements.ts';
import { ANSWERS } from './tables/answers.ts';
import { CONNECT_HEADER } from './tables/connect-header.ts';
import { CONNECT_PAYLOAD } from './tables/connect-payload.ts';
import { CREDENTIALS } from './tables/credentials.ts';
import { FIXED_HEADER } from './tables/fixed-header.ts';
import { LISTS } from './tables/lists.ts';
import { PROPERTIES_OF_PACKETS } from './tables/properties.ts';
import { PROPERTY_VALUES } from './tables/property-values.ts';
import { PUBLISH } from './tables/publish.ts';
import { STRINGS } from './tables/strings.ts';
import { SUBSCRIBE } from './tables/subscribe.ts';

export const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'fixed header': FIXED_HEADER,
  strings: STRINGS,
  'CONNECT, header': CONNECT_HEADER,
  'CONNECT, payload': CONNECT_PAYLOAD,
  'CONNECT, credentials': CREDENTIALS,
  'CONNACK, SUBACK, UNSUBACK': ANSWERS,
  PUBLISH,
  'PUBACK to PUBCOMP, DISCONNECT, AUTH, PING': ACKNOWLEDGEMENTS,
  'SUBSCRIBE, UNSUBSCRIBE': SUBSCRIBE,
  'properties of packets': PROPERTIES_OF_PACKETS,
  'values of properties': PROPERTY_VALUES,
  lists: LISTS,
};
