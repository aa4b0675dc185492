import { describe, expect, it } from 'vitest';
import { FIRST_CHOICE, nextChoice, type VersionEvidence } from '../../../src/brokers/link/protocol-version.ts';

/** The versions tried, the first one included. */
function versionsTried(...evidence: VersionEvidence[]): number[] {
  const choices = [FIRST_CHOICE];
  for (const shown of evidence) choices.push(nextChoice(choices.at(-1) ?? FIRST_CHOICE, shown));
  return choices.map(({ version }) => version);
}

describe('the MQTT version of the next attempt', () => {
  it('is 5 at first and while the broker is only away', () => {
    expect(versionsTried('none', 'none', 'none')).toEqual([5, 5, 5, 5]);
  });

  it('is 3.1.1 when the broker refuses 5, and the other way round', () => {
    expect(versionsTried('refused', 'refused')).toEqual([5, 4, 5]);
  });

  it('changes after two hang-ups without a CONNACK, not after one', () => {
    expect(versionsTried('hang-up', 'hang-up', 'hang-up', 'hang-up')).toEqual([5, 5, 4, 4, 5]);
  });

  it('is 5 again when a connection of 3.1.1 is lost: the broker may come back as a newer one', () => {
    expect(versionsTried('refused', 'works')).toEqual([5, 4, 5]);
  });

  it('stays 5 through any number of hang-ups once 5 has worked', () => {
    expect(versionsTried('works', 'hang-up', 'hang-up', 'hang-up')).toEqual([5, 5, 5, 5, 5]);
  });

  it('follows a refusal even when 5 has worked: that broker is another one now', () => {
    expect(versionsTried('works', 'refused')).toEqual([5, 5, 4]);
  });
});
