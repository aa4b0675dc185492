/** Owns what of a project of Google ends when, and what goes on by itself: dates where Google or we know them, and in words where nobody does. */

import type { ComponentChildren } from 'preact';
import type { Credential } from '../../../../protocol/entities/credentials.ts';
import { timeText } from '../../clock.ts';
import { cameras } from '../../house/cameras.ts';
import { Ago } from '../../parts/moment.tsx';
import { GOOGLE } from './words.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** As Google has it for a consent screen in testing. */
const TESTING_DAYS = 7;
/** As Google has it for a subscription that is made without another number. */
const UNHEARD_DAYS = 31;

/** A NestMTX that is followed tells nothing of it. */
export function Endings({ project }: { readonly project: Credential }) {
  const {
    authorized_at,
    authorization_ends_at,
    token_expires_at,
    link_expires_at,
    pubsub_heard_at,
  }: Partial<Credential> = project;
  const sessions = sessionsOf(project.id);
  const [next] = sessions;
  return (
    <dl class="facts">
      {project.is_authenticated && (
        <Fact name={GOOGLE('end.authorisation')}>
          {authorization_ends_at ? (
            <>
              <strong>{GOOGLE('end.authorisation.at', { time: timeText(authorization_ends_at) })}</strong>{' '}
              {GOOGLE('end.authorisation.cure')}
            </>
          ) : (
            GOOGLE('end.authorisation.none')
          )}
          {!authorization_ends_at && authorized_at && (
            <span class="hint">
              {' '}
              {GOOGLE('end.authorisation.testing', { time: timeText(later(authorized_at, TESTING_DAYS)) })}
            </span>
          )}
        </Fact>
      )}
      {token_expires_at && (
        <Fact name={GOOGLE('end.access')}>{GOOGLE('end.access.at', { time: timeText(token_expires_at) })}</Fact>
      )}
      {link_expires_at && (
        <Fact name={GOOGLE('end.link')}>{GOOGLE('end.link.at', { time: timeText(link_expires_at) })}</Fact>
      )}
      {project.pubsub_subscription !== null && (
        <Fact name={GOOGLE('end.subscription')}>
          {pubsub_heard_at ? (
            <>
              {GOOGLE('end.subscription.heard')} <Ago at={pubsub_heard_at} />.{' '}
              {GOOGLE('end.subscription.at', { time: timeText(later(pubsub_heard_at, UNHEARD_DAYS)) })}
            </>
          ) : (
            GOOGLE('end.subscription.unheard')
          )}
        </Fact>
      )}
      {next !== undefined && (
        <Fact name={GOOGLE('end.streams')}>
          {GOOGLE('end.streams.at', { n: sessions.length, time: timeText(next) })}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** When the streams end that Google has opened for its cameras; the next one first. */
function sessionsOf(credentialId: number): readonly string[] {
  const own = (cameras.value ?? []).filter((camera) => camera.credentialId === credentialId);
  return own.flatMap(({ expires_at: at }) => (at === null ? [] : [at])).sort();
}

function later(at: string, days: number): string {
  return new Date(Date.parse(at) + days * DAY_MS).toISOString();
}
