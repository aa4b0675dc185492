/** Tells the stories of the smallest parts: what they look like in each of their conditions. */

import { Check, CircleAlert, Info, Moon, Plus, Trash2, TriangleAlert } from 'lucide';
import { Badge } from '../../../../src/web/console/parts/badge.tsx';
import { Button, LinkButton } from '../../../../src/web/console/parts/button.tsx';
import { Copied, Copy } from '../../../../src/web/console/parts/copy.tsx';
import { Icon } from '../../../../src/web/console/parts/icon.tsx';
import { Menu } from '../../../../src/web/console/parts/menu.tsx';
import { Ago, At } from '../../../../src/web/console/parts/moment.tsx';
import { Secret } from '../../../../src/web/console/parts/secret.tsx';
import { State, StateSign } from '../../../../src/web/console/parts/state.tsx';
import { Wire } from '../../../../src/web/console/parts/wire.tsx';
import { NOTHING, type Stories } from './story.ts';

const CONDITIONS = ['up', 'idle', 'down', 'unknown', 'off'] as const;
const KINDS = ['primary', 'plain', 'danger', 'quiet'] as const;
const MOMENT = '2026-11-29T14:02:00.000Z';
const TOPIC = 'nestmtx/events/camera/12/notReady';

export const SIGNS: Stories = {
  icon: () => (
    <p class="actions">
      {[Check, CircleAlert, Moon, Trash2].map((shape, at) => (
        <Icon key={at} shape={shape} />
      ))}
    </p>
  ),
  state: () => (
    <p class="actions">
      {CONDITIONS.map((condition) => (
        <State key={condition} condition={condition} />
      ))}
      {CONDITIONS.map((condition) => (
        <StateSign key={condition} condition={condition} />
      ))}
    </p>
  ),
  badge: () => (
    <p class="actions">
      <Badge tone="good" icon={Check} text="Connected" />
      <Badge tone="warn" icon={TriangleAlert} text="Ends in 3 days" />
      <Badge tone="bad" icon={CircleAlert} text="Refused" />
      <Badge tone="soft" icon={Info} text="Never used" />
    </p>
  ),
  button: () => (
    <>
      {[false, true].map((busy) => (
        <p key={String(busy)} class="actions">
          {KINDS.map((kind) => (
            <Button key={kind} kind={kind} busy={busy} icon={Plus} onPress={NOTHING}>
              {kind}
            </Button>
          ))}
          <Button kind="quiet" busy={busy} icon={Trash2} label="Delete Front door" onPress={NOTHING} />
          <LinkButton to="/cameras/add" icon={Plus}>
            Leads somewhere
          </LinkButton>
        </p>
      ))}
    </>
  ),
  menu: () => (
    <p class="actions">
      <Menu
        label="More about Front door"
        items={[
          { text: 'Check', onPress: NOTHING },
          { text: 'Delete', icon: Trash2, danger: true, onPress: NOTHING },
        ]}
      />
      <Menu label="Account" text="nestmtx" items={[{ text: 'Sign out', onPress: NOTHING }]} />
    </p>
  ),
  copy: () => (
    <p>
      <Copied text={TOPIC} what="Topic" /> <Copy text={TOPIC} what="Topic" />
    </p>
  ),
  secret: () => (
    <>
      <p>
        <Secret text="correct horse battery staple" what="Password" />
      </p>
      <p>
        <Secret text="it-is-shown-this-once" what="New token" onKept={NOTHING} />
      </p>
    </>
  ),
  moment: () => (
    <p>
      <Ago at={MOMENT} /> · <At at={MOMENT} />
    </p>
  ),
  wire: () => <Wire label="Answer" text={JSON.stringify({ topic: TOPIC, payload: { ready: false } }, null, 2)} />,
};
