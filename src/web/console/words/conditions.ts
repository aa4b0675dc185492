/** Owns the one word for how a camera is, and the sentence, with its cure, for why. */

import { words } from './words.ts';

export const CONDITIONS = words(
  { up: 'Up', idle: 'Idle', down: 'Down', unknown: 'Unknown', off: 'Off' },
  { up: 'Läuft', idle: 'Ruht', down: 'Ausgefallen', unknown: 'Unbekannt', off: 'Aus' },
);

/** By the reasons of docs/cameras.md. */
export const REASONS = words(
  {
    starting: 'The service has just started and has not looked yet.',
    refused: 'The camera refuses the connection. Is its stream switched on, and the port right?',
    unauthorised: 'The camera refuses the password. Set its address again, with the right one, under Source.',
    unverified: 'The certificate of the camera cannot be verified. Enter its fingerprint under Source.',
    'wrong-path': 'The camera has no stream of this name. Correct the address under Source.',
    silent: 'The camera does not answer in time. Is it switched on and in the network?',
    unreachable: 'No way leads to the camera. Check its address and its network.',
    broken: 'The camera answers, but not with a stream. Restart it, or correct the address under Source.',
    'no-feed': 'The picture does not come, and the cause is not known. Check what sends it.',
    stalled: 'The stream is there, but nothing comes through it. Restart the camera.',
    flapping: 'The stream comes and goes all the time. Check the network of the camera.',
    rejected: 'MediaMTX does not take the settings of this camera. The log says why.',
    'mediamtx-unreachable': 'MediaMTX does not answer. Is it running?',
    'go2rtc-unreachable': 'go2rtc does not answer. Is it running?',
    'google-unreachable': 'Google cannot be reached. Check the way to the internet.',
    'google-login': 'Google wants you to authorise again. Do that under Google.',
    'nestmtx-unreachable': 'NestMTX does not answer. Is it running?',
    'nestmtx-login': 'NestMTX does not accept our user name and password. Correct them in the settings.',
    'service-stopped': 'This service was not running.',
  },
  {
    starting: 'Der Dienst ist gerade gestartet und hat noch nicht nachgesehen.',
    refused: 'Die Kamera lehnt die Verbindung ab. Ist ihr Stream eingeschaltet, und stimmt der Port?',
    unauthorised: 'Die Kamera nimmt das Passwort nicht an. Die Adresse unter „Quelle“ mit dem richtigen neu eintragen.',
    unverified: 'Das Zertifikat der Kamera lässt sich nicht prüfen. Den Fingerabdruck unter „Quelle“ eintragen.',
    'wrong-path': 'Die Kamera hat keinen Stream dieses Namens. Die Adresse unter „Quelle“ berichtigen.',
    silent: 'Die Kamera antwortet nicht. Ist sie eingeschaltet und im Netz?',
    unreachable: 'Es führt kein Weg zur Kamera. Adresse und Netz prüfen.',
    broken:
      'Die Kamera antwortet, aber nicht mit einem Stream. Neu starten oder die Adresse unter „Quelle“ berichtigen.',
    'no-feed': 'Das Bild bleibt aus, und die Ursache ist nicht bekannt. Prüfen, was es sendet.',
    stalled: 'Der Stream steht, aber es kommt nichts. Die Kamera neu starten.',
    flapping: 'Der Stream kommt und geht ständig. Das Netz der Kamera prüfen.',
    rejected: 'MediaMTX nimmt die Einstellungen dieser Kamera nicht an. Warum, steht im Protokoll.',
    'mediamtx-unreachable': 'MediaMTX antwortet nicht. Läuft es?',
    'go2rtc-unreachable': 'go2rtc antwortet nicht. Läuft es?',
    'google-unreachable': 'Google ist nicht zu erreichen. Den Weg ins Internet prüfen.',
    'google-login': 'Google verlangt eine neue Freigabe. Das geht unter „Google“.',
    'nestmtx-unreachable': 'NestMTX antwortet nicht. Läuft es?',
    'nestmtx-login': 'NestMTX nimmt unseren Benutzernamen und das Passwort nicht an. In den Einstellungen berichtigen.',
    'service-stopped': 'Dieser Dienst lief nicht.',
  },
);
