/** Owns how Home Assistant is told where the stream of a camera is: discovery makes no stream there, a person does with these. Pure. */

import type { StreamPorts } from '../../protocol/stream-ports.ts';
import { streamUrls } from '../../protocol/stream-urls.ts';

/** Where streams are served, by the name that people were told. */
export interface LiveView {
  readonly host: string;
  /** As they are at this moment. */
  readonly ports: () => StreamPorts;
}

const ATTRIBUTES =
  '{% set live = (value_json.live if value_json is defined else none) or {} %}' +
  "{{ {'rtsp': live.rtsp | default(none), 'hls': live.hls | default(none), 'webrtc': live.webrtc | default(none)} | to_json }}";

/** @param topic where `liveState` is shown, under the key `live` */
export function liveAttributes(view: LiveView | undefined, topic: string): Readonly<Record<string, string>> {
  return view === undefined ? {} : { json_attributes_topic: topic, json_attributes_template: ATTRIBUTES };
}

export function liveState(view: LiveView | undefined, path: string | null): object {
  if (view === undefined) return {};
  const { url_rtsp_tcp: rtsp, url_hls_m3u8: hls, url_web_rtc: webrtc } = streamUrls(path, view.host, view.ports());
  return { live: { rtsp, hls, webrtc } };
}
