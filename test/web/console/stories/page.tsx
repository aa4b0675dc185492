/** Shows all stories on one page, or the one of the address alone. */

import '../../../../src/web/console/styles/console.css';
import { render } from 'preact';
import { startLook } from '../../../../src/web/console/look.ts';
import { FORMS } from './forms.tsx';
import { LISTS } from './lists.tsx';
import { MESSAGES, OVER } from './messages.tsx';
import { SIGNS } from './signs.tsx';

const TOGETHER = { ...SIGNS, ...FORMS, ...LISTS, ...MESSAGES };

startLook();
const alone = OVER[location.search.slice(1)];
render(
  <main>
    <h1>Parts</h1>
    {alone?.()}
    {!alone &&
      Object.entries(TOGETHER).map(([name, story]) => (
        <section key={name} data-story={name} class="card">
          <h2>{name}</h2>
          {story()}
        </section>
      ))}
    {!alone && Object.keys(OVER).map((name) => <section key={name} data-story={name} hidden />)}
  </main>,
  document.body,
);
