/** Owns the connection bundles of a few lines: a command, a header file, a URL. Each quotes by the rules of its reader. */

import { urlHost } from '../../../protocol/url-host.ts';
import type { Access } from './access.ts';

export function connectionUrl({ server, port, user, password, isTls }: Access): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `${isTls ? 'mqtts' : 'mqtt'}://${login}@${urlHost(server)}:${port}`;
}

/** For a POSIX shell. */
export function mosquittoSubLine({ server, port, user, password, isTls }: Access): string {
  const options = { '-h': server, '-p': port, '-u': user, '-P': password, '-t': `/${user}/#` };
  const words = Object.entries(options).map(([option, value]) => `${option} ${shellQuoted(value)}`);
  return ['mosquitto_sub -v', ...words, ...(isTls ? ['--tls-use-os-certs'] : [])].join(' ');
}

/** `knolleary/PubSubClient` is what most sketches use; the macros fit any other library as well. */
export function arduinoHeader({ server, port, user, password, isTls }: Access): string {
  return `// MQTT account of this device. Keep it out of public repositories.
#pragma once

#define MQTT_HOST ${cQuoted(server)}
#define MQTT_PORT ${port}
#define MQTT_USER ${cQuoted(user)}
#define MQTT_PASSWORD ${cQuoted(password)}
#define MQTT_ROOT ${cQuoted(`/${user}`)}
#define MQTT_TLS ${isTls ? 1 : 0}

/* With WiFi up and the library PubSubClient:

#include <PubSubClient.h>
${isTls ? '#include <WiFiClientSecure.h>\n\nWiFiClientSecure net; // net.setCACert(...) before connecting' : '#include <WiFi.h>\n\nWiFiClient net;'}
PubSubClient mqtt(net);

void connectMqtt() {
  mqtt.setServer(MQTT_HOST, MQTT_PORT);
  // Topics outside of MQTT_ROOT are refused, and a publish there ends the connection.
  if (mqtt.connect("esp32", MQTT_USER, MQTT_PASSWORD, MQTT_ROOT "/status", 1, true, "offline")) {
    mqtt.publish(MQTT_ROOT "/status", "online", true);
    mqtt.subscribe(MQTT_ROOT "/commands/#");
  }
}
*/
`;
}

/** Nothing but the quote itself means anything between single quotes. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Octal, since hex digits behind an escape would belong to it. */
function cQuoted(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  const isPlain = (byte: number) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
  const escaped = bytes.map((byte) =>
    isPlain(byte) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return `"${escaped.join('')}"`;
}
