/** Owns how a camera is used elsewhere: its topics and its addresses, ready to be copied. */

import type { Camera } from '../../../../protocol/entities/camera.ts';
import { topicsOf } from '../../../../protocol/topics.ts';
import { Copied, Copy } from '../../parts/copy.tsx';
import { status } from '../../status.ts';
import { automationFor } from './automation.ts';
import { flowFor } from './flow.ts';
import { CAMERA_WORDS } from './words.ts';

const ADDRESSES = [
  ['RTSP', 'url_rtsp_tcp'],
  ['WebRTC', 'url_web_rtc'],
  ['HLS', 'url_hls'],
  ['RTMP', 'url_rtmp'],
  ['SRT', 'url_srt'],
] as const;

export function Use({ camera }: { readonly camera: Camera }) {
  const { baseTopic: base = '', eventTopics = 'both' } = status.value ?? {};
  const topics = topicsOf(base, eventTopics);
  const flow = JSON.stringify(flowFor(camera, location.hostname, base), null, 2);
  const automation = automationFor(
    { id: camera.id, baseTopic: base, eventTopics },
    CAMERA_WORDS('homeAssistant.alias', { name: camera.name }),
  );
  const shown = [
    ['topic.state', topics.cameraState(camera.id)],
    // The first of them: that the other spelling is sent, too, helps nobody here.
    ['topic.events', topics.event('camera', camera.id, '+')[0] ?? ''],
    ['topic.picture', topics.cameraPicture(camera.id)],
  ] as const;
  return (
    <>
      <section aria-labelledby="topics-title">
        <h2 id="topics-title">{CAMERA_WORDS('topics')}</h2>
        <p class="hint">{CAMERA_WORDS('topics.hint')}</p>
        <dl class="facts">
          {shown.map(([word, topic]) => (
            <>
              <dt>{CAMERA_WORDS(word)}</dt>
              <dd>
                <Copied text={topic} what={`${CAMERA_WORDS('copyTopic')}: ${CAMERA_WORDS(word)}`} />
              </dd>
            </>
          ))}
        </dl>
      </section>
      <section aria-labelledby="node-red-title">
        <h2 id="node-red-title">{CAMERA_WORDS('nodeRed')}</h2>
        <p class="hint">{CAMERA_WORDS('nodeRed.hint')}</p>
        <div class="beside">
          <details>
            <summary>{CAMERA_WORDS('nodeRed.copy')}</summary>
            <code class="flow">{flow}</code>
          </details>
          <Copy text={flow} what={CAMERA_WORDS('nodeRed.copy')} />
        </div>
      </section>
      <section aria-labelledby="home-assistant-title">
        <h2 id="home-assistant-title">{CAMERA_WORDS('homeAssistant')}</h2>
        <p class="hint">{CAMERA_WORDS('homeAssistant.hint')}</p>
        <div class="beside">
          <details>
            <summary>{CAMERA_WORDS('homeAssistant.copy')}</summary>
            <code class="flow">{automation}</code>
          </details>
          <Copy text={automation} what={CAMERA_WORDS('homeAssistant.copy')} />
        </div>
      </section>
      {camera.mtx_path !== null && (
        <section aria-labelledby="addresses-title">
          <h2 id="addresses-title">{CAMERA_WORDS('addresses')}</h2>
          <p class="hint">{CAMERA_WORDS('addresses.hint')}</p>
          <dl class="facts">
            {ADDRESSES.flatMap(([name, key]) => {
              const address = camera[key];
              return address === null
                ? []
                : [
                    <dt key={`${key}-name`}>{name}</dt>,
                    <dd key={key}>
                      <Copied text={address} what={`${CAMERA_WORDS('copyAddress')}: ${name}`} />
                    </dd>,
                  ];
            })}
          </dl>
        </section>
      )}
    </>
  );
}
