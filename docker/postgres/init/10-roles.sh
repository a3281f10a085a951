#!/bin/sh
# Run once by the image when it makes an empty cluster: the roles, and their passwords from secret files.
set -eu

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --file /etc/mt5-gateway/roles.sql

# \set keeps the password out of the command line, and switching off these two keeps it out of the server's log.
for role in app migrate stats; do
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
\\set password \`cat /run/secrets/${role}_password\`
ALTER ROLE mt5gw_${role} PASSWORD :'password';
SQL
done
