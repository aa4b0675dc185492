/** Owns the words for the codes by which a broker refuses a connection or ends one (MQTT 5.0, 2.4; MQTT 3.1.1, 3.2.2.3). */

/** The codes of MQTT 3.1.1 are below 6, those of MQTT 5 above 127. */
const WORDS: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of MQTT',
  2: 'it does not take our client id',
  3: 'it is not available',
  4: 'it takes no such user name or password',
  5: 'this user is not authorised, or name or password are wrong',
  128: 'it does not say why',
  129: 'it could not read what we sent',
  130: 'it calls what we sent a fault of the protocol',
  131: 'what we sent is more than it has',
  132: 'it does not speak this version of MQTT',
  133: 'it does not take our client id',
  134: 'it takes no such user name or password',
  135: 'this user is not authorised, or name or password are wrong',
  136: 'it is not available',
  137: 'it is busy',
  138: 'an administrator has banned this client',
  139: 'it is shutting down',
  140: 'it does not know this way to log in',
  141: 'it has heard nothing of us for too long',
  142: 'another client uses our client id',
  143: 'it does not take a filter that we subscribe to',
  144: 'it does not take a topic that we use',
  147: 'we sent more at once than it takes',
  148: 'it does not know a topic alias that we used',
  149: 'we sent a packet larger than it takes',
  150: 'we send too much',
  151: 'this user has used up a quota',
  152: 'an administrator has ended it',
  153: 'a payload has not the form that it says',
  154: 'it keeps no messages (retain)',
  155: 'it does not know this QoS',
  156: 'another server is to be used for now',
  157: 'the server has moved',
  158: 'it knows no shared subscriptions',
  159: 'we connect too often',
  160: 'a connection may not last longer there',
  161: 'it knows no subscription identifiers',
  162: 'it takes no wildcards',
};

/** Of CONNACK. */
export function refusalWords(code: number): string {
  return `the broker refuses the connection: ${wordsOf(code)} (reason code ${code})`;
}

/** Of DISCONNECT. */
export function disconnectWords(code: number): string {
  return `the broker ended the connection: ${wordsOf(code)} (reason code ${code})`;
}

function wordsOf(code: number): string {
  return WORDS[code] ?? 'it does not say why';
}
