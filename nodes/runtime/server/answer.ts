/** Owns the answer of a request as a flow gets it: a picture as a Buffer, everything else as it came. */

import type { Request } from '../../../src/client/requests/requests.ts';
import { isObject } from '../../../src/protocol/envelope.ts';

export function answerFor({ module, command }: Pick<Request, 'module' | 'command'>, answer: unknown): unknown {
  if (module !== 'snapshots' || command !== 'read' || !isObject(answer)) return answer;
  const { data } = answer;
  return typeof data === 'string' ? Buffer.from(data, 'base64') : answer;
}
