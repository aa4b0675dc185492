/** Owns the first steps: password, broker, cameras, and an event that is seen arriving. Each can be left out. */

import { useEffect } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { OwnPassword } from '../../parts/forms/own-password.tsx';
import { go, queryOf, setQuery } from '../../router.ts';
import { noteLed } from './first-run.ts';
import { BrokerStep } from './steps/broker.tsx';
import { CamerasStep } from './steps/cameras.tsx';
import { TryStep } from './steps/try.tsx';
import { START } from './words.ts';

const NAMES = ['password', 'broker', 'cameras', 'try'] as const;
const STEPS: readonly string[] = NAMES;

export function StartView() {
  const at = Math.max(0, STEPS.indexOf(queryOf('step')));
  const step = NAMES[at] ?? 'password';
  useEffect(noteLed, []);

  function next(): void {
    const following = STEPS[at + 1];
    if (following === undefined) go('/');
    else setQuery('step', following);
  }

  return (
    <>
      <div class="view-head">
        <h1>{START('title')}</h1>
      </div>
      <p class="hint">{START('step', { n: at + 1, of: STEPS.length })}</p>
      <section class="form" aria-labelledby="step-title" key={step}>
        <h2 id="step-title">{START(`title.${step}`)}</h2>
        {step === 'password' && (
          <OwnPassword hint={START('password.hint')} submit={START('password.save')} onChanged={next} />
        )}
        {step === 'broker' && <BrokerStep />}
        {step === 'cameras' && <CamerasStep />}
        {step === 'try' && <TryStep />}
        <div class="actions">
          <Button kind={step === 'broker' ? 'primary' : 'plain'} onPress={next}>
            {START(step === 'try' ? 'finish' : step === 'password' ? 'skip' : 'next')}
          </Button>
        </div>
      </section>
    </>
  );
}
