/** Owns why a server could not be spoken to, from the error of a socket, of TLS or of a parser: in words that say what to look at. */

export interface Unreachable {
  /** What to look at, and the error's own words in parentheses: they go into a search box. */
  readonly words: string;
  readonly cause: 'certificate' | 'tls' | 'protocol' | 'unreachable';
}

/** Codes of Node.js: of sockets and names, of HTTP and TLS. */
const WAYS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens at this host and port'],
  ['ENOTFOUND', 'this host name is not known here'],
  ['EAI_AGAIN', 'host names cannot be looked up at the moment'],
  ['EHOSTUNREACH', 'there is no way to this host'],
  ['ENETUNREACH', 'there is no way to this host'],
  ['ETIMEDOUT', 'this host does not answer'],
  ['ECONNRESET', 'the connection was cut: is it the right port?'],
  ['EPIPE', 'the connection was cut: is it the right port?'],
]);

/** @param protocol what we speak, in the words of a user */
export function unreachable(error: Error, protocol: 'MQTT' | 'HTTP'): Unreachable {
  const code = 'code' in error ? String(error.code) : '';
  // Node leaves the message of an AggregateError empty: a name with several addresses, none of which answers.
  const own = error.message === '' ? code : error.message;
  const say = (cause: Unreachable['cause'], words: string) => ({ cause, words: `${words} (${own})` });
  if (isAboutCertificate(code))
    return say('certificate', 'its certificate is not trusted: a TLS configuration can name its authority');
  if (/WRONG_VERSION_NUMBER|EPROTO|ERR_SSL/.test(code)) return say('tls', 'what listens there does not speak TLS');
  const words = WAYS.get(code);
  if (words !== undefined) return say('unreachable', words);
  if (/timeout|timed out/i.test(own)) return say('unreachable', `what listens there does not answer in ${protocol}`);
  return say('protocol', `what listens there does not speak ${protocol}, or only over TLS: is it the right port?`);
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes, as OpenSSL names them. */
function isAboutCertificate(code: string): boolean {
  return /CERT|^UNABLE_TO|^CRL_|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/.test(code);
}
