/** Tells the stories of what comes over a view: dialogs, questions, progress, and what was done. */

import { Refusal } from '../../../../src/web/console/api.ts';
import { Button } from '../../../../src/web/console/parts/button.tsx';
import { Confirmations, confirmOnce, confirmTyped } from '../../../../src/web/console/parts/messages/confirm.tsx';
import { Dialog } from '../../../../src/web/console/parts/messages/dialog.tsx';
import { Progress } from '../../../../src/web/console/parts/messages/progress.tsx';
import { done, refused, Toasts } from '../../../../src/web/console/parts/messages/toast.tsx';
import { NOTHING, type Stories } from './story.ts';

const CONSEQUENCE = 'Its 3 clients are sent away, and its 12 retained messages are deleted.';

export const MESSAGES: Stories = {
  progress: () => (
    <>
      <Progress done={12} total={40} />
      <Progress done={0} total={null} />
    </>
  ),
  toast: () => (
    <>
      <Button onPress={() => done('Front door was deleted.', NOTHING)}>Say what was done</Button>
      <Button onPress={() => refused(new Refusal('forbidden', 'no'))}>Say what was refused</Button>
      <Toasts />
    </>
  ),
  confirm: () => (
    <>
      <Button onPress={() => void confirmOnce({ title: 'Restart?', consequence: CONSEQUENCE, verb: 'Restart' })}>
        Ask once
      </Button>
      <Button
        onPress={() =>
          void confirmTyped({ title: 'Delete?', consequence: CONSEQUENCE, verb: 'Delete', word: 'kitchen' })
        }
      >
        Ask for the word
      </Button>
      <Confirmations />
    </>
  ),
};

/** Over everything else: shown alone. */
export const OVER: Stories = {
  dialog: () => (
    <Dialog title="A dialog" onClose={NOTHING}>
      <p>{CONSEQUENCE}</p>
      <Button kind="primary" onPress={NOTHING}>
        Close
      </Button>
    </Dialog>
  ),
};
