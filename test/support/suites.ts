/** Owns which suites start programs, browsers or whole services that one has to wait for, or take long by themselves: they are not for `npm run test:quick`. */

/** Chromium breaks off what it loads when the machine gets an address or loses one, and every container gives it one and takes it away. */
export const CONTAINERS = ['test/app/**/*.test.ts'];

export const SLOW = [
  'test/{cluster,faults,journeys,nodes,web}/**/*.test.ts',
  'test/brokers/external/*.test.ts',
  'test/brokers/mosquitto/{mosquitto,provisioner}.test.ts',
  'test/brokers/embedded/backbone/*.test.ts',
  'test/brokers/embedded/{delete-under-fire,fuzz,neighbour,provisioner,tenant-isolation}.test.ts',
  'test/brokers/embedded/kept/any-notes.test.ts',
  'test/brokers/embedded/sockets/balancers.test.ts',
  'test/brokers/embedded/packets/{other-codec,robustness,round-trip}.test.ts',
  'test/follow/interleaving.test.ts',
  'test/google/day.test.ts',
  'test/**/{kill,restreamer}.test.ts',
  'test/addon/{home-assistant-app,main}.test.ts',
  'test/cli/{completion,doctor}.test.ts',
  'test/client/{connection,limits}.test.ts',
  'test/docs/mosquitto.test.ts',
  'test/mediamtx/real.test.ts',
  'test/moving/export.test.ts',
  'test/store/{containers,crashes}.test.ts',
  'test/transports/instances-rest/usage.test.ts',
];
