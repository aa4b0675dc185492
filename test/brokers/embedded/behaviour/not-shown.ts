/** Owns which statements about behaviour no scene shows, and why. */

type Reasons = Readonly<Record<string, string>>;

const OF_CLIENTS =
  'what a client must do: the broker does not notice, or refuses what shows of it in the tables of packets';
const NO_WORDS = 'the broker says nothing in words there, and has no properties of its own for it';
const NO_AUTHENTICATION = 'no authentication method is known here, so no exchange begins';
const CARRIERS = 'which connections there are: for the suites of the sockets';

export const NOT_SHOWN_5: Reasons = {
  [OF_CLIENTS]:
    '3.1.2-20 3.1.2-30 3.2.2-4 3.2.2-5 3.2.2-11 3.2.2-14 3.2.2-18 3.2.2-21 3.3.2-10 3.3.4-8 4.5.0-2 4.6.0-1 4.6.0-4',
  [NO_WORDS]: `3.2.2-20 3.4.2-2 3.4.2-3 3.5.2-2 3.5.2-3 3.6.2-2 3.6.2-3 3.7.2-2 3.7.2-3 3.9.2-1 3.9.2-2 3.11.2-1 3.11.2-2
    3.14.2-4 3.15.2-2 3.15.2-3`,
  [NO_AUTHENTICATION]: '4.12.0-2 4.12.0-3 4.12.0-4 4.12.0-5 4.12.1-1 4.12.1-2',
  [CARRIERS]: '4.2.0-1 6.0.0-1 6.0.0-2 6.0.0-3 6.0.0-4',
  'every QoS and retained messages are served': '3.2.2-9 3.2.2-12 3.2.2-13',
  'each message comes once, whatever number of filters select it': '3.3.4-5',
  'a number that the specification leaves out': '2.2.1-1',
};

export const NOT_SHOWN_3_1_1: Reasons = {
  [OF_CLIENTS]: '2.3.1-2 2.3.1-3 3.1.2-23 4.5.0-2 4.6.0-1',
  [CARRIERS]: '6.0.0-1 6.0.0-2 6.0.0-3 6.0.0-4 7.1.1-1 7.1.2-1',
  'what an implementation is, not what it sends': '7.0.0-1 7.0.0-2',
  'every filter is served': '3.8.3-2',
  'what happens when the broker itself fails: it closes the connection, as its own suite shows': '4.8.0-2',
};
