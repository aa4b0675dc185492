/** Tells the stories of what holds other things: lists, tabs, charts, what waits, and what is not there. */

import { Refusal } from '../../../../src/web/console/api.ts';
import { Button } from '../../../../src/web/console/parts/button.tsx';
import { Chart } from '../../../../src/web/console/parts/chart.tsx';
import { Empty } from '../../../../src/web/console/parts/empty.tsx';
import { Panes } from '../../../../src/web/console/parts/lists/panes.tsx';
import { Rows } from '../../../../src/web/console/parts/lists/rows.tsx';
import { Shown } from '../../../../src/web/console/parts/lists/shown.tsx';
import { Unanswered } from '../../../../src/web/console/parts/lists/unanswered.tsx';
import { Loaded, Skeleton } from '../../../../src/web/console/parts/loaded.tsx';
import { Steps, topOf } from '../../../../src/web/console/parts/steps.tsx';
import { Tabs } from '../../../../src/web/console/parts/tabs.tsx';
import { NOTHING, type Stories } from './story.ts';

const HOUR_MS = 3_600_000;
const COUNTS = [
  { label: 'Sent', values: [0, 3, 18, 40, 22, 9, 0, 0, 4, 61, 30, 12] },
  { label: 'Received', values: [0, 1, 6, 12, 20, 3, 0, 0, 1, 25, 14, 2] },
];
const NAMES = ['Camera 1', 'Camera 2', 'Camera 19'];

export const LISTS: Stories = {
  tabs: () => (
    <Tabs
      label="Camera"
      tabs={[
        ['overview', 'Overview'],
        ['history', 'History'],
        ['use', 'Use it elsewhere'],
      ]}
    />
  ),
  chart: () => <Chart label="Messages an hour" sinceMs={Date.UTC(2026, 10, 30)} stepMs={HOUR_MS} counts={COUNTS} />,
  steps: () => (
    <figure class="chart">
      <div class="chart-plot">
        <div class="chart-heights" />
        <Steps counts={COUNTS} top={topOf(COUNTS)} textOf={(step) => `hour ${step}`} />
      </div>
    </figure>
  ),
  rows: () => (
    <Rows
      label="Cameras"
      rowHeight={56}
      by=""
      load={async (page) => ({ page, itemsPerPage: 50, total: NAMES.length, items: NAMES })}
      row={(name) => <a href="#/">{name}</a>}
      empty={<Empty title="No camera yet" />}
    />
  ),
  panes: () => <Panes list={() => <p>The list</p>} detail={() => <p>What is chosen</p>} shown="1" />,
  unanswered: () => <Unanswered bridges={['house/12ab34cd', 'barn/56ef78ab']} />,
  shown: () => <Shown height={24}>{() => <p>Drawn as it comes into view</p>}</Shown>,
  empty: () => (
    <Empty title="No account yet">
      <Button kind="primary" onPress={NOTHING}>
        Create an account
      </Button>
    </Empty>
  ),
  loaded: () => (
    <>
      <Skeleton />
      <Loaded load={{ value: undefined, fault: new Refusal('unavailable', 'busy'), reload: async () => undefined }}>
        {() => null}
      </Loaded>
    </>
  ),
};
