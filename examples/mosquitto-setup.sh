#!/bin/sh
# Prints how a Mosquitto 2 is set up to carry NestMTX Bridge and its MQTT instances; changes nothing. docs/mosquitto.md uses it.
#
#   sh mosquitto-setup.sh conf      lines for /etc/mosquitto/conf.d/nestmtx-bridge.conf
#   sh mosquitto-setup.sh account   one message to the broker that makes the account of the service
#   sh mosquitto-setup.sh env       settings of the service
#
# The last two need the same BRIDGE_PASSWORD: export one, for example from `openssl rand -hex 24`.
set -eu

PORT=${PORT:-1883}
LISTEN=${LISTEN:-0.0.0.0}
MQTT_HOST=${MQTT_HOST:-127.0.0.1}
BASE_TOPIC=${BASE_TOPIC:-nestmtx}
DISCOVERY_PREFIX=${DISCOVERY_PREFIX:-homeassistant}
DATA=${DATA:-/var/lib/mosquitto}
BRIDGE_USER=${BRIDGE_USER:-nestmtx-bridge}

fail() {
  echo "mosquitto-setup: $*" >&2
  exit 1
}

need_password() {
  [ -n "${BRIDGE_PASSWORD:-}" ] || fail 'set BRIDGE_PASSWORD, for example: export BRIDGE_PASSWORD=$(openssl rand -hex 24)'
  case $BRIDGE_PASSWORD in *[!A-Za-z0-9+/=_.-]*) fail 'BRIDGE_PASSWORD may hold letters, digits and + / = _ . - only' ;; esac
}

conf() {
  plugin=$(find /usr/lib /usr/local/lib -name mosquitto_dynamic_security.so 2>/dev/null | head -n 1)
  [ -n "$plugin" ] || fail 'mosquitto_dynamic_security.so was not found: install Mosquitto 2'
  cat <<EOF
per_listener_settings false
listener $PORT $LISTEN
allow_anonymous false
plugin $plugin
plugin_opt_config_file $DATA/dynamic-security.json
persistent_client_expiration 1d
set_tcp_nodelay true
EOF
}

# One rule of a role: <kind> <topic>.
rule() {
  printf '{"acltype":"%s","topic":"%s","allow":true}' "$1" "$2"
}

# Everything at and below a topic, followed by a comma.
tree() {
  for kind in publishClientSend publishClientReceive subscribePattern unsubscribePattern; do
    rule $kind "$1/#"
    printf ','
  done
}

account() {
  need_password
  control='$CONTROL/dynamic-security/v1'
  printf '{"commands":[{"command":"createRole","rolename":"%s","acls":[' "$BRIDGE_USER"
  tree "$BASE_TOPIC"
  tree "/$BASE_TOPIC"
  tree "$DISCOVERY_PREFIX"
  rule publishClientSend "$control"
  printf ','
  rule publishClientReceive "$control/response"
  printf ','
  rule subscribeLiteral "$control/response"
  printf ']},{"command":"createClient","username":"%s","password":"%s",' "$BRIDGE_USER" "$BRIDGE_PASSWORD"
  printf '"roles":[{"rolename":"%s"}]}]}\n' "$BRIDGE_USER"
}

settings() {
  need_password
  cat <<EOF
MQTT_HOST=$MQTT_HOST
MQTT_PORT=$PORT
MQTT_USER=$BRIDGE_USER
MQTT_PASS=$BRIDGE_PASSWORD
MQTT_BASE_TOPIC=$BASE_TOPIC
INSTANCE_BROKER=mosquitto
EOF
}

case ${1:-} in
conf) conf ;;
account) account ;;
env) settings ;;
*) fail 'usage: sh mosquitto-setup.sh conf | account | env' ;;
esac
