/** Owns how a deed on a camera gets to the bridge that sees its source, and how its outcome comes back. */

import type { ActOnCamera } from '../../core/cameras/control.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { CAMERA_ACTIONS, type StreamAction } from '../../protocol/entities/camera.ts';
import { decode, isObject } from '../../protocol/envelope.ts';
import { isErrorCode } from '../../protocol/errors.ts';
import type { Core } from '../core.ts';

/** Longer than a look at a camera takes. */
const DEED_MS = 20_000;
/** How often it is looked whether there still is somebody to wait for. */
const LOOK_MS = 250;
/** Whoever sees it says so more often: a bridge that has just started has yet to hear it. */
const LOOKS = 4;
const subjectOf = (source: string) => `act on ${source}`;

/** Asks whoever sees this source, for as long as that one lives. @throws ApiError as that one would */
export function actElsewhere(source: string, { membership, clock }: Pick<Core, 'membership' | 'clock'>): ActOnCamera {
  const { holdings } = membership ?? {};
  const isSeen = () => holdings?.bridges.some(({ held }) => held.includes(source)) === true;

  function untilNobodySeesIt(): { readonly gone: Promise<undefined>; end(): void } {
    let end = () => {};
    const gone = new Promise<undefined>((resolve) => {
      const look = (left: number) => {
        if (left === 0 || holdings?.holds(source)) resolve(undefined);
        else end = clock.after(LOOK_MS, () => look(isSeen() ? LOOKS : left - 1));
      };
      look(LOOKS);
    });
    return { gone, end: () => end() };
  }

  return async ({ id }, action) => {
    const question = Buffer.from(JSON.stringify({ id, action }));
    const asked = membership?.exchange.ask(subjectOf(source), question, DEED_MS, () => true);
    const { gone, end } = untilNobodySeesIt();
    const [answer] = (await Promise.race([asked, gone]))?.answers ?? [];
    end();
    if (answer === undefined)
      throw new ApiError('unavailable', { message: MOVING, retryAfterSeconds: RETRY_AFTER_SECONDS });
    const outcome = decode(answer);
    if (isObject(outcome) && isErrorCode(outcome['code']) && typeof outcome['message'] === 'string')
      throw new ApiError(outcome['code'], { message: outcome['message'] });
  };
}

const MOVING = 'Another bridge of the cluster sees this camera, and did not answer: try again in a moment';
/** Sources move within about three. */
const RETRY_AFTER_SECONDS = 3;

/** Does what others ask, as long as the source is seen here. Returns what ends that. */
export function actForOthers(
  source: string,
  act: ActOnCamera,
  { membership, store }: Pick<Core, 'membership' | 'store'>,
) {
  return membership?.exchange.onAsked(subjectOf(source), async (question) => {
    const asked = decode(question);
    const { id, action } = isObject(asked) ? asked : {};
    const known = CAMERA_ACTIONS.find((one): one is StreamAction => one === action && one !== 'snapshot');
    try {
      // What it follows from may stand in a record that was written a moment ago, there.
      await membership.consistency.caughtUp();
      const camera = store.collection(CAMERAS).get(String(id));
      if (camera === undefined || known === undefined) throw new ApiError('not_found');
      await act(camera, known);
      return Buffer.from('{}');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, message } = error;
      return Buffer.from(JSON.stringify({ code, message }));
    }
  });
}
