/** Owns how one property of MQTT 5 is read, kept and written, by the type of its value (2.2.2.2); which packet may have it is said elsewhere. */

import { PacketError, protocolError } from '../packet-error.ts';
import { REASON } from '../reason-codes.ts';
import { checkItems } from './item-limit.ts';
import type { Reader } from './reader.ts';
import { checkTopicName, readTopicName } from './topics.ts';
import type { Writer } from './writer.ts';

/** All properties there are. What a packet has of them is a part of this. */
export interface PropertyValues {
  payloadIsUtf8?: boolean;
  expirySeconds?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  subscriptionIds?: number[];
  sessionExpirySeconds?: number;
  assignedClientId?: string;
  serverKeepAliveSeconds?: number;
  authenticationMethod?: string;
  authenticationData?: Buffer;
  requestProblemInformation?: boolean;
  delaySeconds?: number;
  requestResponseInformation?: boolean;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQos?: 0 | 1;
  retainAvailable?: boolean;
  userProperties?: (readonly [name: string, value: string])[];
  maximumPacketBytes?: number;
  wildcardAvailable?: boolean;
  subscriptionIdsAvailable?: boolean;
  sharedAvailable?: boolean;
}

/** To be written: as packets have them. */
export type GivenValues = { readonly [Name in keyof PropertyValues]?: Readonly<Required<PropertyValues>[Name]> };

/** For errors: what the specification calls the property, and where it describes it. */
export interface Label {
  readonly id: number;
  readonly title: string;
  readonly clause: string;
}

export interface Format {
  readonly name: keyof PropertyValues;
  /** Adds to what is there where the property may come more than once. */
  read(reader: Reader, values: PropertyValues, label: Label): void;
  /** Identifier and value; more than once, or nothing, as there are values. */
  write(writer: Writer, values: GivenValues, label: Label): void;
}

/** The names of the properties whose value is a `Value`. */
type NameOf<Value> = {
  [Name in keyof PropertyValues]-?: [Required<PropertyValues>[Name], Value] extends [
    Value,
    Required<PropertyValues>[Name],
  ]
    ? Name
    : never;
}[keyof PropertyValues];

/** Gives the number back, or throws. */
type Judge = (value: number, label: Label) => number;

const ANY: Judge = (value) => value;

export const NOT_ZERO: Judge = (value, { clause, title }) => {
  if (value === 0) throw protocolError(clause, `the ${title} is 0`);
  return value;
};

export const ALIAS: Judge = (value, { title }) => {
  if (value === 0) throw new PacketError(REASON.topicAliasInvalid, '3.3.2-8', `the ${title} is 0`);
  return value;
};

export function flag(name: NameOf<boolean>): Format {
  return {
    name,
    read(reader, values, label) {
      values[name] = bitOf(reader.u8(label.title), label) === 1;
    },
    write(writer, { [name]: value }, label) {
      if (value === undefined) return;
      writer.u8(label.id, label.title);
      writer.u8(value ? 1 : 0, label.title);
    },
  };
}

export function short(name: NameOf<number>, judge = ANY): Format {
  return {
    name,
    read(reader, values, label) {
      values[name] = judge(reader.u16(label.title), label);
    },
    write(writer, { [name]: value }, label) {
      if (value === undefined) return;
      writer.u8(label.id, label.title);
      writer.u16(judge(value, label), label.title);
    },
  };
}

export function long(name: NameOf<number>, judge = ANY): Format {
  return {
    name,
    read(reader, values, label) {
      values[name] = judge(reader.u32(label.title), label);
    },
    write(writer, { [name]: value }, label) {
      if (value === undefined) return;
      writer.u8(label.id, label.title);
      writer.u32(judge(value, label), label.title);
    },
  };
}

export function text(name: NameOf<string>): Format {
  return {
    name,
    read(reader, values, label) {
      values[name] = reader.string(label.title);
    },
    write(writer, { [name]: value }, label) {
      if (value === undefined) return;
      writer.u8(label.id, label.title);
      writer.string(value, label.title);
    },
  };
}

export function data(name: NameOf<Buffer>): Format {
  return {
    name,
    read(reader, values, label) {
      values[name] = reader.binary(label.title);
    },
    write(writer, { [name]: value }, label) {
      if (value === undefined) return;
      writer.u8(label.id, label.title);
      writer.binary(value, label.title);
    },
  };
}

export const RESPONSE_TOPIC: Format = {
  name: 'responseTopic',
  read(reader, values, label) {
    values.responseTopic = readTopicName(reader, '3.3.2-14', label.title);
  },
  write(writer, { responseTopic }, label) {
    if (responseTopic === undefined) return;
    checkTopicName(responseTopic, '3.3.2-14', label.title);
    writer.u8(label.id, label.title);
    writer.string(responseTopic, label.title);
  },
};

export const MAXIMUM_QOS: Format = {
  name: 'maximumQos',
  read(reader, values, label) {
    values.maximumQos = bitOf(reader.u8(label.title), label);
  },
  write(writer, { maximumQos }, label) {
    if (maximumQos === undefined) return;
    writer.u8(label.id, label.title);
    writer.u8(bitOf(maximumQos, label), label.title);
  },
};

export const SUBSCRIPTION_IDS: Format = {
  name: 'subscriptionIds',
  read(reader, values, label) {
    const id = NOT_ZERO(reader.variableInteger(label.title), label);
    if (values.subscriptionIds === undefined) values.subscriptionIds = [id];
    else checkItems(values.subscriptionIds.push(id), 'subscription identifiers');
  },
  write(writer, { subscriptionIds = [] }, label) {
    checkItems(subscriptionIds.length, 'subscription identifiers');
    for (const value of subscriptionIds) {
      writer.u8(label.id, label.title);
      writer.variableInteger(NOT_ZERO(value, label), label.title);
    }
  },
};

/** Their order is the sender's (3.3.2-18). */
export const USER_PROPERTIES: Format = {
  name: 'userProperties',
  read(reader, values, label) {
    const pair = [reader.string(`name of a ${label.title}`), reader.string(`value of a ${label.title}`)] as const;
    if (values.userProperties === undefined) values.userProperties = [pair];
    else checkItems(values.userProperties.push(pair), 'user properties');
  },
  write(writer, { userProperties = [] }, label) {
    checkItems(userProperties.length, 'user properties');
    for (const [name, value] of userProperties) {
      writer.u8(label.id, label.title);
      writer.string(name, `name of a ${label.title}`);
      writer.string(value, `value of a ${label.title}`);
    }
  },
};

function bitOf(value: number, { clause, title }: Label): 0 | 1 {
  if (value !== 0 && value !== 1) throw protocolError(clause, `the ${title} is ${value}, not 0 or 1`);
  return value;
}
