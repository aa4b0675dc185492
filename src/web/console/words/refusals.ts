/** Owns what refusals of the service are in words, by their code; the server's own sentence stands behind the details. */

import type { Violation } from '../../../protocol/violation.ts';
import type { Refusal } from '../api.ts';
import { words } from './words.ts';

export const REFUSALS = words(
  {
    unreachable: 'The service does not answer. Nothing was changed, as far as we know.',
    malformed_json: 'The service did not understand this page. Reload it.',
    retained_request: 'The service did not take this request.',
    invalid_envelope: 'The service did not understand this page. Reload it.',
    invalid_request_id: 'The service did not understand this page. Reload it.',
    request_id_in_use: 'Please try again.',
    unknown_module: 'This service cannot do that.',
    unsupported_command: 'This service cannot do that.',
    invalid_payload: 'Something in the form is not right.',
    invalid_credentials: 'User name or password is wrong.',
    already_logged_in: 'You are signed in already.',
    unauthorized: 'Your session has ended. Please sign in again.',
    forbidden: 'You may not do that. Ask an administrator.',
    not_found: 'It does not exist any more.',
    already_exists: 'This name is taken already. Choose another.',
    mtx_path_required: 'Give the camera a path first, then switch it on.',
    mtx_path_in_use: 'Another camera has this path already. Choose another.',
    own_login_ability: 'You cannot lock yourself out. Let another administrator do it.',
    system_user: 'This user belongs to the service and stays.',
    own_user: 'You cannot delete yourself. Let another administrator do it.',
    last_administrator: 'Nobody could administrate any more. Make somebody else an administrator first.',
    authorization_malformed: 'This is not the whole answer of Google. Start again, and copy all of it.',
    authorization_state: 'This answer of Google was used already, or is too old. Start again.',
    invalid_url: 'This address does not fit. In its name and password write # as %23, / as %2F, ? as %3F and @ as %40.',
    unknown_action: 'This service cannot do that.',
    unknown_process: 'It has ended already.',
    rate_limited: 'Too many failed attempts. Wait a moment, then try again.',
    too_many_requests: 'Too many requests at once. Wait a moment, then try again.',
    upstream_failed: 'What is behind the service did not answer as expected. Try again; the log has the cause.',
    unavailable: 'The service cannot do this at the moment. Try again; the log has the cause.',
    no_snapshot: 'There is no picture at the moment.',
    no_stream: 'The camera cannot be watched at the moment.',
    internal: 'The service made a mistake. The log has the cause.',
  },
  {
    unreachable: 'Der Dienst antwortet nicht. Soweit bekannt, wurde nichts geändert.',
    malformed_json: 'Der Dienst hat diese Seite nicht verstanden. Bitte neu laden.',
    retained_request: 'Der Dienst hat diese Anfrage nicht angenommen.',
    invalid_envelope: 'Der Dienst hat diese Seite nicht verstanden. Bitte neu laden.',
    invalid_request_id: 'Der Dienst hat diese Seite nicht verstanden. Bitte neu laden.',
    request_id_in_use: 'Bitte noch einmal versuchen.',
    unknown_module: 'Das kann dieser Dienst nicht.',
    unsupported_command: 'Das kann dieser Dienst nicht.',
    invalid_payload: 'Etwas im Formular stimmt nicht.',
    invalid_credentials: 'Benutzername oder Passwort ist falsch.',
    already_logged_in: 'Sie sind schon angemeldet.',
    unauthorized: 'Die Sitzung ist zu Ende. Bitte neu anmelden.',
    forbidden: 'Das dürfen Sie nicht. Bitte einen Administrator fragen.',
    not_found: 'Das gibt es nicht mehr.',
    already_exists: 'Dieser Name ist schon vergeben. Bitte einen anderen wählen.',
    mtx_path_required: 'Der Kamera erst einen Pfad geben, dann einschalten.',
    mtx_path_in_use: 'Diesen Pfad hat schon eine andere Kamera. Bitte einen anderen wählen.',
    own_login_ability: 'Sich selbst aussperren geht nicht. Das muss ein anderer Administrator tun.',
    system_user: 'Dieser Benutzer gehört zum Dienst und bleibt.',
    own_user: 'Sich selbst löschen geht nicht. Das muss ein anderer Administrator tun.',
    last_administrator: 'Niemand könnte mehr verwalten. Erst jemand anderen zum Administrator machen.',
    authorization_malformed: 'Das ist nicht die ganze Antwort von Google. Neu beginnen und alles kopieren.',
    authorization_state: 'Diese Antwort von Google ist schon verwendet oder zu alt. Bitte neu beginnen.',
    invalid_url:
      'Diese Adresse passt nicht. Im Namen und Passwort wird # als %23 geschrieben, / als %2F, ? als %3F und @ als %40.',
    unknown_action: 'Das kann dieser Dienst nicht.',
    unknown_process: 'Das ist schon zu Ende.',
    rate_limited: 'Zu viele Fehlversuche. Bitte etwas warten und dann erneut versuchen.',
    too_many_requests: 'Zu viele Anfragen auf einmal. Bitte etwas warten und dann erneut versuchen.',
    upstream_failed: 'Was hinter dem Dienst steht, hat nicht wie erwartet geantwortet. Die Ursache steht im Protokoll.',
    unavailable:
      'Das kann der Dienst im Augenblick nicht. Bitte noch einmal versuchen; die Ursache steht im Protokoll.',
    no_snapshot: 'Im Augenblick gibt es kein Bild.',
    no_stream: 'Die Kamera lässt sich im Augenblick nicht ansehen.',
    internal: 'Dem Dienst ist ein Fehler unterlaufen. Die Ursache steht im Protokoll.',
  },
);

/** Why there is no picture, by the reasons of docs/cameras.md. */
export const PICTURE_FAULTS = words(
  {
    'snapshot.disabled': 'The camera is off, so there is no picture.',
    'snapshot.no_source': 'Nothing here can read this camera. Give it an RTSP address, or connect MediaMTX.',
    'snapshot.no_program': 'Pictures need ffmpeg, which is not installed.',
    'snapshot.not_ready': 'The camera sends no picture at the moment.',
    'snapshot.unauthorised': 'The stream wants another login.',
    'snapshot.unreachable': 'The stream cannot be reached.',
    'snapshot.timed_out': 'No picture came in time.',
    'snapshot.no_picture': 'The stream could not be read.',
    'snapshot.too_large': 'The picture is larger than the broker takes.',
    'snapshot.busy': 'Too many pictures are being taken. Try again in a moment.',
    'snapshot.none_kept': 'No picture was taken yet.',
  },
  {
    'snapshot.disabled': 'Die Kamera ist aus, also gibt es kein Bild.',
    'snapshot.no_source': 'Nichts hier kann diese Kamera lesen. Eine RTSP-Adresse eintragen oder MediaMTX verbinden.',
    'snapshot.no_program': 'Bilder brauchen ffmpeg, und das ist nicht installiert.',
    'snapshot.not_ready': 'Die Kamera sendet im Augenblick kein Bild.',
    'snapshot.unauthorised': 'Der Stream verlangt eine andere Anmeldung.',
    'snapshot.unreachable': 'Der Stream ist nicht zu erreichen.',
    'snapshot.timed_out': 'Es kam nicht rechtzeitig ein Bild.',
    'snapshot.no_picture': 'Der Stream war nicht lesbar.',
    'snapshot.too_large': 'Das Bild ist größer, als der Broker annimmt.',
    'snapshot.busy': 'Es werden zu viele Bilder zugleich aufgenommen. Gleich noch einmal versuchen.',
    'snapshot.none_kept': 'Es wurde noch kein Bild aufgenommen.',
  },
);

/** Why it cannot be watched. */
export const STREAM_FAULT_WORDS = words(
  {
    'stream.disabled': 'The camera is off, or stopped.',
    'stream.no_server': 'Watching needs MediaMTX or go2rtc, with WebRTC switched on.',
    'stream.not_ready': 'The camera sends no picture at the moment.',
    'stream.unauthorised': 'Whatever carries the stream refuses our login for it.',
    'stream.unreachable': 'Whatever carries the stream does not answer by WebRTC.',
    'stream.unplayable': 'Your browser cannot play the format of this camera. Set it to H.264.',
  },
  {
    'stream.disabled': 'Die Kamera ist aus oder angehalten.',
    'stream.no_server': 'Zum Ansehen braucht es MediaMTX oder go2rtc, mit eingeschaltetem WebRTC.',
    'stream.not_ready': 'Die Kamera sendet im Augenblick kein Bild.',
    'stream.unauthorised': 'Was den Stream überträgt, nimmt unsere Anmeldung dafür nicht an.',
    'stream.unreachable': 'Was den Stream überträgt, antwortet nicht über WebRTC.',
    'stream.unplayable': 'Ihr Browser kann das Format dieser Kamera nicht abspielen. Die Kamera auf H.264 stellen.',
  },
);

/** What is wrong with one field, by the kind of the rule. */
export const VIOLATIONS = words(
  {
    'any.required': 'This is needed.',
    'string.empty': 'This is needed.',
    'string.min': 'At least {limit} characters.',
    'string.max': 'At most {limit} characters.',
    'number.min': 'At least {limit}.',
    'number.max': 'At most {limit}.',
    'any.unique': 'This is taken already.',
    other: 'This does not fit.',
  },
  {
    'any.required': 'Das wird gebraucht.',
    'string.empty': 'Das wird gebraucht.',
    'string.min': 'Mindestens {limit} Zeichen.',
    'string.max': 'Höchstens {limit} Zeichen.',
    'number.min': 'Mindestens {limit}.',
    'number.max': 'Höchstens {limit}.',
    'any.unique': 'Das ist schon vergeben.',
    other: 'Das passt nicht.',
  },
);

export function refusalText({ code, details }: Pick<Refusal, 'code' | 'details'>): string {
  const kind = details[0]?.type ?? '';
  if (code === 'no_snapshot' && PICTURE_FAULTS.knows(kind)) return PICTURE_FAULTS(kind);
  if (code === 'no_stream' && STREAM_FAULT_WORDS.knows(kind)) return STREAM_FAULT_WORDS(kind);
  return REFUSALS.knows(code) ? REFUSALS(code) : code;
}

export function violationText({ type, context }: Violation): string {
  const limit = context['limit'];
  return VIOLATIONS(VIOLATIONS.knows(type) ? type : 'other', typeof limit === 'number' ? { limit } : {});
}
