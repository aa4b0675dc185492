# The image of the Home Assistant app, which plain Docker and Podman run as well (docs/docker.md).

# Not called BUILD_FROM: Supervisor sets an argument of that name where it finds what looks like a build file, and would swap the base.
ARG BASE_IMAGE=docker.io/library/node:24.21.0-alpine3.24

FROM ${BASE_IMAGE} AS build
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
# The lockfile names the builds of every platform; npm takes the one that fits. No package needs a script of its own.
RUN npm ci --ignore-scripts
COPY . .
# What runs, laid out as in the image: without what only an editor or a debugger reads.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && find dist node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && mkdir -p /image/app /image/bin /image/data \
  && mv LICENSE package.json node_modules dist /image/app/ \
  && printf '#!/usr/bin/env node\nimport("/app/dist/addon/main.js");\n' > /image/bin/nestmtx-bridge \
  && chmod +x /image/bin/nestmtx-bridge

FROM ${BASE_IMAGE}
ENV NODE_ENV=production DATA_DIR=/data
# What takes the pictures of cameras, unless the base brings one. First, so that a change of ours does not install it again.
RUN command -v ffmpeg || apk add --no-cache ffmpeg
WORKDIR /app
COPY --from=build /image/bin/ /usr/local/bin/
COPY --from=build /image/app/ /app/
# A new named volume has the owner of this folder, so that the container can run as that user. There is no USER, since Supervisor
# mounts a folder of root's. Either way no capability is used: all can be dropped.
COPY --from=build --chown=1000:1000 /image/data/ /data/
EXPOSE 1883 2000 8883
# Supervisor holds back Home Assistant until the app is healthy, so the first look comes early.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 2000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=2", "dist/addon/main.js", "start"]
ARG BUILD_VERSION=dev
ARG BUILD_ARCH=amd64
LABEL \
  io.hass.version="${BUILD_VERSION}" \
  io.hass.type="app" \
  io.hass.arch="${BUILD_ARCH}" \
  org.opencontainers.image.title="NestMTX Bridge" \
  org.opencontainers.image.description="Camera events, private MQTT instances and automations for NestMTX cameras" \
  org.opencontainers.image.source="https://github.com/nestmtx-bridge/nestmtx-bridge" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${BUILD_VERSION}"
