/** Owns the bare echo: the embedded broker with nothing behind it that thinks. What the API costs is measured against it. */

import { topicsOf } from '../../src/protocol/topics.ts';
import { announce, startBareBroker } from './bare-broker.ts';

const topics = topicsOf('nestmtx');
const broker = await startBareBroker(topics);
const answers = topics.response('bench');
broker.link.onRequest(({ payload }) => void broker.link.publish({ topic: answers, payload }));
announce(broker);
