/** Owns what a user pastes somewhere so that something connects as an instance. Every text has the password in it. */

import type { Instance } from '../../../protocol/entities/instance.ts';
import type { Access } from './access.ts';
import { homeAssistantYaml } from './home-assistant.ts';
import { nodeRedFlow } from './node-red.ts';
import { arduinoHeader, connectionUrl, mosquittoSubLine } from './texts.ts';

interface ConnectionBundle {
  readonly contentType: string;
  readonly text: string;
}

export interface ConnectionBundles {
  /** Names for `?kind=`. */
  readonly kinds: readonly string[];
  /** Undefined for a kind that is none. */
  make(kind: string, instance: Instance): Promise<ConnectionBundle | undefined>;
}

interface Kind {
  readonly contentType: string;
  readonly text: (access: Access) => string | Promise<string>;
}

/** The port that IANA has given to MQTT over TLS. */
const SECURE_MQTT = '8883';

/**
 * @param tlsPorts ports besides 8883 on which clients must use TLS
 * @param drawQrCode makes an SVG of a text
 */
export function createConnectionBundles(
  tlsPorts: readonly string[],
  drawQrCode: (text: string) => Promise<string>,
): ConnectionBundles {
  const kinds: Readonly<Record<string, Kind>> = {
    'node-red': { contentType: 'application/json; charset=utf-8', text: nodeRedFlow },
    'home-assistant': { contentType: 'application/yaml; charset=utf-8', text: homeAssistantYaml },
    mosquitto_sub: { contentType: 'text/plain; charset=utf-8', text: mosquittoSubLine },
    esp32: { contentType: 'text/plain; charset=utf-8', text: arduinoHeader },
    qr: { contentType: 'image/svg+xml; charset=utf-8', text: (access) => drawQrCode(connectionUrl(access)) },
  };
  return {
    kinds: Object.keys(kinds),
    async make(name, { server, port, user, password }) {
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      const isTls = port === SECURE_MQTT || tlsPorts.includes(port);
      return kind && { contentType: kind.contentType, text: await kind.text({ server, port, user, password, isTls }) };
    },
  };
}
