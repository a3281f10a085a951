#!/bin/sh
# Makes docker/secrets, one file per secret, at random. What is there already stays as it is. Prints no secret.
#
#   sh docker/make-secrets.sh [FOLDER]
#
# Containers run as other users, and compose gives them these very files: so each file may be read by everybody, but the
# folder can be entered by you alone.
set -eu
umask 077

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

# Hexadecimal digits need no escape in a URL.
at_random() {
  [ -s "$1" ] || {
    od -An -tx1 -N32 /dev/urandom | tr -d ' \n' >"$1.new"
    mv "$1.new" "$1"
  }
}

# Made anew each time: it only repeats a password.
url() {
  printf 'postgres://%s:%s@%s' "$2" "$(cat "$3")" "$4" >"$1.new"
  mv "$1.new" "$1"
}

for name in superuser_password app_password migrate_password stats_password grafana_password master_secret key_pepper; do
  at_random "$name"
done
url database_url mt5gw_app app_password pgbouncer:6432/mt5gateway
url migrate_database_url mt5gw_migrate migrate_password postgres:5432/mt5gateway
url pgbouncer_admin_url mt5gw_stats stats_password pgbouncer:6432/pgbouncer
url userlist_database_url postgres superuser_password postgres:5432/mt5gateway
chmod 444 ./*
echo "The secrets are in $folder. Keep a copy of master_secret and key_pepper: they cannot be made again."
