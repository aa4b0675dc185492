/** Owns how moments stand in the page: as people say them, and exactly for who points at them. */

import { agoText, exactText, timeText } from '../clock.ts';

interface Props {
  /** ISO 8601. */
  readonly at: string;
}

/** "5 minutes ago", and it goes on. */
export function Ago({ at }: Props) {
  return (
    <time dateTime={at} title={exactText(at)}>
      {agoText(at)}
    </time>
  );
}

/** "14:02", with the day unless it is today. */
export function At({ at }: Props) {
  return (
    <time dateTime={at} title={exactText(at)}>
      {timeText(at)}
    </time>
  );
}
