/**
 * Owns what Home Assistant calls things in each language: discovery brings names and cannot translate them. Entity ids, the words of
 * triggers and the types of events stay as they are, since automations refer to them.
 */

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** By the English name. */
const GERMAN = {
  'Camera feed': 'Kamera-Feed',
  'MQTT instance': 'MQTT-Instanz',
  Bridge: 'Bridge',
  Camera: 'Kamera',
  Feed: 'Feed',
  'In demand': 'Angefordert',
  Problem: 'Problem',
  Online: 'Erreichbar',
  Viewers: 'Zuschauer',
  'Last change': 'Letzte Änderung',
  'Uptime 24 hours': 'Verfügbarkeit 24 Stunden',
  'Uptime 7 days': 'Verfügbarkeit 7 Tage',
  'Uptime 30 days': 'Verfügbarkeit 30 Tage',
  'Last outage': 'Letzter Ausfall',
  Event: 'Ereignis',
  Motion: 'Bewegung',
  Doorbell: 'Türklingel',
  Picture: 'Bild',
  'Renew picture': 'Bild erneuern',
  Enabled: 'Eingeschaltet',
  Persistent: 'Dauerhaft',
  Restart: 'Neu starten',
  Probe: 'Prüfen',
  'Last action': 'Letzte Aktion',
  Version: 'Version',
  Started: 'Gestartet',
  MediaMTX: 'MediaMTX',
  Credentials: 'Zugangsdaten',
  'Credentials event': 'Ereignis der Zugangsdaten',
  'Source event': 'Ereignis der Quellen',
  Rediscover: 'Neu suchen',
  'Log level': 'Protokollstufe',
  'Failed logins': 'Fehlgeschlagene Anmeldungen',
  'Logins event': 'Ereignis der Anmeldungen',
  Connected: 'Verbunden',
  Clients: 'Clients',
  'Messages received': 'Empfangene Nachrichten',
  'Messages sent': 'Gesendete Nachrichten',
  'Last seen': 'Zuletzt gesehen',
  'Rotate password': 'Passwort erneuern',
} as const;

export type Name = keyof typeof GERMAN;

export function nameIn(language: Language, name: Name): string {
  return language === 'de' ? GERMAN[name] : name;
}
