/** Owns what is configured of Home Assistant, as the rest of the program sees it. */

import type { Settings } from './schema.ts';

export interface HomeAssistantConfig {
  readonly discovery: boolean;
  readonly prefix: string;
  readonly birth: { readonly topic: string; readonly payload: string };
  readonly language: Settings['HA_LANGUAGE'];
}

export function homeAssistantConfig(settings: Settings): HomeAssistantConfig {
  const { HA_DISCOVERY: discovery, HA_DISCOVERY_PREFIX: prefix, HA_LANGUAGE: language } = settings;
  const topic = settings.HA_BIRTH_TOPIC ?? `${prefix}/status`;
  return { discovery, prefix, birth: { topic, payload: settings.HA_BIRTH_PAYLOAD }, language };
}
