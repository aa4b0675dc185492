/** Owns which node has which door, for suites that go through all of them. */

import { CAMERA } from '../../../nodes/runtime/camera/settings.ts';
import { EVENT } from '../../../nodes/runtime/event/settings.ts';
import { ACCOUNT, INSTANCE } from '../../../nodes/runtime/instance/settings.ts';
import { REQUEST } from '../../../nodes/runtime/request/settings.ts';
import { SERVER } from '../../../nodes/runtime/server/settings.ts';
import type { Kinds } from '../../../nodes/runtime/values.ts';

export const DOORS: Readonly<Record<string, { readonly fields: Kinds; readonly secrets: Kinds }>> = {
  'nestmtx-server': SERVER,
  'nestmtx-event': EVENT,
  'nestmtx-request': REQUEST,
  'nestmtx-camera': CAMERA,
  'mqtt-instance-account': ACCOUNT,
  'mqtt-instance': INSTANCE,
};
