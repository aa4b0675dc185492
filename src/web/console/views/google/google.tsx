/** Owns the view of Google's projects: how each is, the way through Google's consent, and what ends when. */

import { useSignal } from '@preact/signals';
import { CircleCheck, ExternalLink, Plus, TriangleAlert } from 'lucide';
import { useEffect } from 'preact/hooks';
import type { Credential } from '../../../../protocol/entities/credentials.ts';
import { call } from '../../api.ts';
import { useLoad } from '../../loads.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { confirmTyped } from '../../parts/messages/confirm.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { may } from '../../status.ts';
import { Endings } from './endings.tsx';
import { originOf } from './origin.ts';
import { ProjectDialog } from './project-dialog.tsx';
import { GOOGLE } from './words.ts';

export function GoogleView() {
  const load = useLoad(() => call('credentials.list', { itemsPerPage: 1000 }));
  const isAdding = useSignal(false);
  return (
    <>
      <div class="view-head">
        <h1>{GOOGLE('title')}</h1>
        <div class="actions">
          {may('credentials', 'create') && (
            <Button kind="primary" icon={Plus} onPress={() => (isAdding.value = true)}>
              {GOOGLE('add')}
            </Button>
          )}
        </div>
      </div>
      <p class="hint">{GOOGLE('hint')}</p>
      <Loaded load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={GOOGLE('none')}>
              <p>{GOOGLE('none.hint')}</p>
            </Empty>
          ) : (
            <ul class="plain-list">
              {items.map((project) => (
                <Project key={project.id} project={project} reload={load.reload} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isAdding.value && <ProjectDialog onClose={() => (isAdding.value = false)} onAdded={load.reload} />}
    </>
  );
}

interface Props {
  readonly project: Credential;
  readonly reload: () => Promise<void>;
}

function Project({ project, reload }: Props) {
  const { id, description, is_authenticated: isLetIn, pubsub_subscription: subscription } = project;
  const link = useSignal<string | undefined>(undefined);

  // A link to the consent leads nowhere once somebody has agreed.
  useEffect(() => {
    link.value = undefined;
  }, [isLetIn]);

  async function next(): Promise<void> {
    link.value = await call('credentials.update', { origin: originOf() }, id);
    await reload();
  }

  async function remove(): Promise<void> {
    const title = GOOGLE('delete.title', { name: description });
    const consequence = GOOGLE('delete.consequence');
    if (!(await confirmTyped({ title, consequence, verb: GOOGLE('delete'), word: description }))) return;
    await call('credentials.delete', undefined, id);
    await reload();
    done(GOOGLE('deleted', { name: description }));
  }

  return (
    <li>
      <div>
        <strong>{description}</strong>{' '}
        {isLetIn ? (
          <Badge tone="good" icon={CircleCheck} text={GOOGLE('is.letIn')} />
        ) : (
          <Badge tone="warn" icon={TriangleAlert} text={GOOGLE('is.waiting')} />
        )}
        {!isLetIn && <p class="hint">{GOOGLE('waits')}</p>}
        <p class="hint">{subscription === null ? GOOGLE('notices.none') : GOOGLE('notices', { subscription })}</p>
        <Endings project={project} />
        {link.value !== undefined && (
          <p class="notice">
            <a href={link.value} target="_blank" rel="noreferrer">
              {GOOGLE(isLetIn ? 'openDevices' : 'openConsent')}
            </a>
            <br />
            <span class="hint">{GOOGLE('comesBack')}</span>{' '}
            <Button kind="quiet" onPress={reload}>
              {GOOGLE('lookAgain')}
            </Button>
          </p>
        )}
      </div>
      <div class="actions">
        {may('credentials', 'update') && (
          <Button icon={ExternalLink} onPress={next}>
            {GOOGLE(isLetIn ? 'devices' : 'authorise')}
          </Button>
        )}
        {may('credentials', 'delete') && (
          <Button kind="quiet" onPress={remove}>
            {GOOGLE('delete')}
          </Button>
        )}
      </div>
    </li>
  );
}
