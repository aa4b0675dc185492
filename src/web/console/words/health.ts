/** Owns what is said of the parts of the service that are in trouble, by their names in `health.list`: what it is, and what to do; and what they are called. */

import { words } from './words.ts';

export const HEALTH_WORDS = words(
  {
    setup: 'Nobody can administrate this service. Run “nestmtx-bridge users add NAME --admin” where it runs.',
    store: 'The service cannot save changes. The log says why.',
    'store.refuses-until-restart': 'The service saves nothing until it is started again. The log says why.',
    disk: 'The disk is nearly full. Make room, before nothing can be saved.',
    certificate: 'The certificate ends soon, has ended, or does not fit its key. “nestmtx-bridge doctor” says which.',
    cluster:
      'This bridge reaches no majority of the NATS servers: changes are refused. Are they running, or is this bridge alone cut off?',
    instances: 'MQTT accounts have no broker. Set EMBEDDED_PORT or INSTANCE_BROKER.',
    mqtt: 'There is no connection to the MQTT broker. Is it running?',
    'mqtt.refused': 'The MQTT broker does not take our user name and password. Correct MQTT_USER and MQTT_PASS.',
    'mqtt.shared':
      'Another service has the same base topic at this MQTT broker. Stop one of them, or set another MQTT_BASE_TOPIC.',
    'mqtt.disk':
      'The MQTT broker keeps nothing: its disk, or in a cluster the NATS servers, do not take it. Make room there, or look at the log.',
    mediamtx: 'MediaMTX does not answer. Is it running?',
    'mediamtx.refused': 'MediaMTX does not take our user name and password. Correct MEDIAMTX_USER and MEDIAMTX_PASS.',
    'mediamtx.hook-refused':
      'Hooks of MediaMTX are refused, so news of cameras comes later. HOOK_SECRET must be the same on both sides.',
    go2rtc: 'go2rtc does not answer. Is it running?',
    'go2rtc.refused': 'go2rtc does not take our user name and password. Correct GO2RTC_USER and GO2RTC_PASS.',
    google: 'Google cannot be asked at the moment.',
    nestmtx: 'NestMTX does not answer. Is it running?',
    login: 'NestMTX does not accept our user name and password. Correct them in the settings.',
    other: 'A part of the service is in trouble: {part}.',
  },
  {
    setup: 'Niemand kann diesen Dienst verwalten. Dort, wo er läuft: „nestmtx-bridge users add NAME --admin“.',
    store: 'Der Dienst kann keine Änderungen sichern. Warum, steht im Protokoll.',
    'store.refuses-until-restart': 'Der Dienst sichert nichts, bis er neu gestartet wird. Warum, steht im Protokoll.',
    disk: 'Der Datenträger ist fast voll. Platz schaffen, ehe sich nichts mehr sichern lässt.',
    certificate:
      'Das Zertifikat läuft bald ab, ist abgelaufen oder passt nicht zu seinem Schlüssel. Welches, sagt „nestmtx-bridge doctor“.',
    cluster:
      'Diese Bridge erreicht keine Mehrheit der NATS-Server: Änderungen werden abgelehnt. Laufen sie, oder ist nur diese Bridge abgeschnitten?',
    instances: 'MQTT-Konten haben keinen Broker. EMBEDDED_PORT oder INSTANCE_BROKER setzen.',
    mqtt: 'Es gibt keine Verbindung zum MQTT-Broker. Läuft er?',
    'mqtt.refused':
      'Der MQTT-Broker nimmt unseren Benutzernamen und das Passwort nicht an. MQTT_USER und MQTT_PASS berichtigen.',
    'mqtt.shared':
      'Ein anderer Dienst hat an diesem MQTT-Broker dasselbe Basis-Topic. Einen davon beenden oder MQTT_BASE_TOPIC ändern.',
    'mqtt.disk':
      'Der MQTT-Broker behält nichts: Sein Datenträger oder in einem Cluster die NATS-Server nehmen nichts an. Dort Platz schaffen oder ins Protokoll sehen.',
    mediamtx: 'MediaMTX antwortet nicht. Läuft es?',
    'mediamtx.refused':
      'MediaMTX nimmt unseren Benutzernamen und das Passwort nicht an. MEDIAMTX_USER und MEDIAMTX_PASS berichtigen.',
    'mediamtx.hook-refused':
      'Hooks von MediaMTX werden abgelehnt, darum kommen Neuigkeiten der Kameras später. HOOK_SECRET muss auf beiden Seiten gleich sein.',
    go2rtc: 'go2rtc antwortet nicht. Läuft es?',
    'go2rtc.refused':
      'go2rtc nimmt unseren Benutzernamen und das Passwort nicht an. GO2RTC_USER und GO2RTC_PASS berichtigen.',
    google: 'Google ist im Augenblick nicht zu fragen.',
    nestmtx: 'NestMTX antwortet nicht. Läuft es?',
    login: 'NestMTX nimmt unseren Benutzernamen und das Passwort nicht an. In den Einstellungen berichtigen.',
    other: 'Ein Teil des Dienstes ist gestört: {part}.',
  },
);

/** What the parts are called. */
export const PART_NAMES = words(
  {
    app: 'The program',
    setup: 'Administrators',
    store: 'Saving',
    disk: 'Disk',
    mqtt: 'MQTT broker',
    certificate: 'Certificates',
    cluster: 'Cluster',
    instances: 'MQTT accounts',
    mediamtx: 'MediaMTX',
    go2rtc: 'go2rtc',
    google: 'Google',
    nestmtx: 'NestMTX',
    login: 'Login at NestMTX',
  },
  {
    app: 'Programm',
    setup: 'Administratoren',
    store: 'Speichern',
    disk: 'Datenträger',
    mqtt: 'MQTT-Broker',
    certificate: 'Zertifikate',
    cluster: 'Cluster',
    instances: 'MQTT-Konten',
    mediamtx: 'MediaMTX',
    go2rtc: 'go2rtc',
    google: 'Google',
    nestmtx: 'NestMTX',
    login: 'Anmeldung bei NestMTX',
  },
);

/** @param reason as its check has it, where it has one */
export function healthText(part: string, reason: unknown): string {
  const key = `${part}.${String(reason)}`;
  if (HEALTH_WORDS.knows(key)) return HEALTH_WORDS(key);
  return HEALTH_WORDS.knows(part) ? HEALTH_WORDS(part) : HEALTH_WORDS('other', { part });
}
