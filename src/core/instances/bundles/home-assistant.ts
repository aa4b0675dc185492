/** Owns the values that Home Assistant's MQTT integration asks for, and those of its defaults that an instance's rights forbid. */

import type { Access } from './access.ts';

/** Any JSON text is a YAML one. */
const quoted = (text: string) => JSON.stringify(text);

export function homeAssistantYaml({ server, port, user, password, isTls }: Access): string {
  return `# Settings > Devices & services > Add integration > MQTT
broker: ${quoted(server)}
port: ${port}
username: ${quoted(user)}
password: ${quoted(password)}
# Advanced options
protocol: "5"
tls: ${isTls}
# MQTT options: the defaults lie outside of what this account may use, and the broker would refuse the connection.
discovery_prefix: ${quoted(`${user}/homeassistant`)}
birth_message:
  topic: ${quoted(`${user}/homeassistant/status`)}
  payload: "online"
will_message:
  topic: ${quoted(`${user}/homeassistant/status`)}
  payload: "offline"
`;
}
