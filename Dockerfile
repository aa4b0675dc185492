# Two images that differ in their user alone: `service` for plain Docker and Podman (docs/docker.md), and, built where no target is
# named, the Home Assistant app.

# Debian, as the tests have it. A release pins it by its digest too (.github/workflows/release.yml).
# Not called BUILD_FROM: Supervisor sets an argument of that name where it finds what looks like a build file, and would swap the base.
ARG BASE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${BASE_IMAGE} AS system
# ffmpeg takes the pictures of cameras. What it would draw on a screen with is never loaded here, and is 140 MB. First, so that a
# change of ours does not install it again.
RUN apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends ffmpeg >/dev/null \
  && dpkg --purge --force-depends libgl1-mesa-dri libllvm15 >/dev/null \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*

FROM ${BASE_IMAGE} AS build
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
# The lockfile names the builds of every platform; npm takes the one that fits. No package needs a script of its own.
RUN npm ci --ignore-scripts
COPY . .
# What runs, laid out as in the image: without what only an editor or a debugger reads.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && npm pkg delete devDependencies workspaces \
  && npm sbom --omit=dev --sbom-format=cyclonedx > /npm.cdx.json \
  && find dist node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && mkdir -p /image/app /image/bin /image/data \
  && mv LICENSE package.json node_modules dist /image/app/ \
  && printf '#!/usr/bin/env node\nimport("/app/dist/addon/main.js");\n' > /image/bin/nestmtx-bridge \
  && chmod +x /image/bin/nestmtx-bridge

# What is in the image, of npm and of Debian.
FROM system AS bill
COPY --from=build /npm.cdx.json /build/scripts/bill-of-materials.js /
RUN node /bill-of-materials.js < /npm.cdx.json > /sbom.cdx.json

FROM system AS service
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=build /image/bin/ /usr/local/bin/
COPY --from=build /image/app/ /app/
COPY --from=bill /sbom.cdx.json /app/
# A new named volume has the owner of this folder. No capability is used: all can be dropped.
COPY --from=build --chown=1000:1000 /image/data/ /data/
USER 1000:1000
EXPOSE 1883 2000 8883
# Supervisor holds back Home Assistant until the app is healthy, so the first look comes early.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "const { HOST, PORT } = process.env; const here = !HOST || HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST; fetch(`http://${here}:${PORT || 2000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# That of the base is a shell script, which AppArmor does not let run here.
ENTRYPOINT []
CMD ["node", "--max-semi-space-size=2", "dist/addon/main.js", "start"]
ARG BUILD_VERSION=dev
LABEL \
  org.opencontainers.image.title="NestMTX Bridge" \
  org.opencontainers.image.description="Camera events, private MQTT instances and automations for NestMTX cameras" \
  org.opencontainers.image.source="https://github.com/nestmtx-bridge/nestmtx-bridge" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${BUILD_VERSION}"

FROM service AS app
# Supervisor mounts a folder of root's, with options and certificates that only root may read, and takes the capabilities away.
USER 0:0
ARG BUILD_VERSION=dev
ARG BUILD_ARCH=amd64
LABEL \
  io.hass.version="${BUILD_VERSION}" \
  io.hass.type="app" \
  io.hass.arch="${BUILD_ARCH}"
