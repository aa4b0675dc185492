/**
 * Owns what an MQTT packet is once it is read, whatever the version it came in; knows no bytes.
 * Every Buffer in it is a slice of what was received: whoever keeps it copies it.
 */

/** The protocol level of CONNECT: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. */
export type Level = 3 | 4 | 5;

/** Who has sent a packet: some may say more in one direction. */
export type Side = 'client' | 'broker';

export type QoS = 0 | 1 | 2;

/** In the order in which they were sent (MQTT 5.0, 3.3.2-18). */
export type UserProperties = readonly (readonly [name: string, value: string])[];

export interface Connect {
  readonly kind: 'connect';
  readonly level: Level;
  readonly cleanStart: boolean;
  readonly keepAliveSeconds: number;
  /** Empty: the broker chooses one. */
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
  readonly will: Will | undefined;
  readonly properties: ConnectProperties;
}

export interface ConnectProperties {
  readonly sessionExpirySeconds?: number;
  readonly receiveMaximum?: number;
  readonly maximumPacketBytes?: number;
  readonly topicAliasMaximum?: number;
  readonly requestResponseInformation?: boolean;
  readonly requestProblemInformation?: boolean;
  readonly authenticationMethod?: string;
  readonly authenticationData?: Buffer;
  readonly userProperties?: UserProperties;
}

export interface Will {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly delaySeconds: number;
  readonly properties: MessageProperties;
}

/** What travels with a message from publisher to reader. */
export interface MessageProperties {
  readonly payloadIsUtf8?: boolean;
  readonly expirySeconds?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  readonly userProperties?: UserProperties;
}

export interface PublishProperties extends MessageProperties {
  readonly topicAlias?: number;
  /** Towards readers only. */
  readonly subscriptionIds?: readonly number[];
}

export interface Publish {
  readonly kind: 'publish';
  readonly dup: boolean;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Empty where an alias stands for it. */
  readonly topic: string;
  /** 0 at QoS 0. */
  readonly packetId: number;
  readonly payload: Buffer;
  readonly properties: PublishProperties;
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP have one form. */
export interface Acknowledgement {
  readonly kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';
  readonly packetId: number;
  /** 0 where it is left out, and before MQTT 5. */
  readonly reasonCode: number;
  readonly properties: ReasonProperties;
}

export interface ReasonProperties {
  readonly reasonString?: string;
  readonly userProperties?: UserProperties;
}

export interface Subscribe {
  readonly kind: 'subscribe';
  readonly packetId: number;
  /** One or more. */
  readonly subscriptions: readonly Subscription[];
  readonly subscriptionId: number | undefined;
  readonly userProperties: UserProperties;
}

export interface Subscription {
  readonly filter: string;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** 0: send retained messages · 1: only if the subscription is new · 2: do not (MQTT 5.0, 3.8.3.1). */
  readonly retainHandling: 0 | 1 | 2;
}

export interface Unsubscribe {
  readonly kind: 'unsubscribe';
  readonly packetId: number;
  /** One or more. */
  readonly filters: readonly string[];
  readonly userProperties: UserProperties;
}

export interface Disconnect {
  readonly kind: 'disconnect';
  readonly reasonCode: number;
  readonly properties: DisconnectProperties;
}

export interface DisconnectProperties extends ReasonProperties {
  readonly sessionExpirySeconds?: number;
  readonly serverReference?: string;
}

export interface Auth {
  readonly kind: 'auth';
  readonly reasonCode: number;
  readonly properties: ReasonProperties & {
    readonly authenticationMethod?: string;
    readonly authenticationData?: Buffer;
  };
}

export interface Connack {
  readonly kind: 'connack';
  readonly sessionPresent: boolean;
  /** A return code before MQTT 5. */
  readonly reasonCode: number;
  readonly properties: ConnackProperties;
}

export interface ConnackProperties extends ReasonProperties {
  readonly sessionExpirySeconds?: number;
  readonly receiveMaximum?: number;
  readonly maximumQos?: 0 | 1;
  readonly retainAvailable?: boolean;
  readonly maximumPacketBytes?: number;
  readonly assignedClientId?: string;
  readonly topicAliasMaximum?: number;
  readonly wildcardAvailable?: boolean;
  readonly subscriptionIdsAvailable?: boolean;
  readonly sharedAvailable?: boolean;
  readonly serverKeepAliveSeconds?: number;
  readonly responseInformation?: string;
  readonly serverReference?: string;
  readonly authenticationMethod?: string;
  readonly authenticationData?: Buffer;
}

export interface Suback {
  readonly kind: 'suback';
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly number[];
  readonly properties: ReasonProperties;
}

export interface Unsuback {
  readonly kind: 'unsuback';
  readonly packetId: number;
  /** One for each filter; not sent before MQTT 5. */
  readonly reasonCodes: readonly number[];
  readonly properties: ReasonProperties;
}

/** What clients send. */
export type ClientPacket =
  | Connect
  | Publish
  | Acknowledgement
  | Subscribe
  | Unsubscribe
  | Disconnect
  | Auth
  | { readonly kind: 'pingreq' };

/** What the broker sends. */
export type BrokerPacket =
  | Connack
  | Publish
  | Acknowledgement
  | Suback
  | Unsuback
  | Disconnect
  | Auth
  | { readonly kind: 'pingresp' };

export type Packet = ClientPacket | BrokerPacket;
