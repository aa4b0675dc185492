/** Owns what is answered at `/v1` where no broker is there to rent accounts on: that, and which setting is missing. */

import type { RequestHandler } from 'express';
import { sendFault } from '../http/fault.ts';

export const NO_BROKER = 'There is no broker for MQTT instances: set EMBEDDED_PORT, or INSTANCE_BROKER';

export const unrented: RequestHandler = (request, response) =>
  sendFault(request, response, 503, { message: NO_BROKER });
