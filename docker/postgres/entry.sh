#!/bin/sh
# Sizes Postgres to the memory that the container may use, then hands over to the entry script of the image.
#
# The memory is the smaller of the cgroup's limit (version 2 or 1) and the machine's. `entry.sh --print` only shows what
# it works out. CGROUP_FOLDER and MEMINFO_FILE name other sources, for tests.
set -eu

cgroup=${CGROUP_FOLDER:-/sys/fs/cgroup}
meminfo=${MEMINFO_FILE:-/proc/meminfo}

fail() {
  echo "postgres entry: $1" >&2
  exit 1
}

# The limit as it is written: bytes, or "max" for none, or nothing where there is no such file.
written=''
for file in "$cgroup/memory.max" "$cgroup/memory/memory.limit_in_bytes"; do
  if [ -r "$file" ]; then
    written=$(cat "$file")
    break
  fi
done

total_kb=$(awk '$1 == "MemTotal:" { print $2 }' "$meminfo" 2>/dev/null || true)
case $total_kb in
  '' | *[!0-9]*) fail "$meminfo does not tell the machine's memory" ;;
esac
memory_mb=$((total_kb / 1024))

case $written in
  '' | max) ;;
  *[!0-9]*) fail "the memory limit of the container is not a number of bytes" ;;
  # Version 1 says "no limit" by a number near 2^63; 16 digits are petabytes, and more might not fit into a sum.
  ????????????????*) ;;
  *) if [ $((written / 1048576)) -lt "$memory_mb" ]; then memory_mb=$((written / 1048576)); fi ;;
esac

[ "$memory_mb" -ge 256 ] || fail "$memory_mb MB of memory are too little: give the container at least 256 MB"

# $1 not below $2 and not above $3
within() {
  if [ "$1" -lt "$2" ]; then echo "$2"; elif [ "$1" -gt "$3" ]; then echo "$3"; else echo "$1"; fi
}

# A quarter for Postgres's own cache. Above 16 GB the system's cache does the rest better.
shared_buffers=$(within $((memory_mb / 4)) 64 16384)
# What the planner may hope to find in both caches together.
effective_cache_size=$((memory_mb * 3 / 5))
# Each sort or hash of each of 200 connections may take this much; together they stay within a quarter.
work_mem=$(within $((memory_mb / 800)) 4 64)
# VACUUM, and CREATE INDEX in migrations.
maintenance_work_mem=$(within $((memory_mb / 50)) 32 1024)

set -- -c "shared_buffers=${shared_buffers}MB" -c "effective_cache_size=${effective_cache_size}MB" \
  -c "work_mem=${work_mem}MB" -c "maintenance_work_mem=${maintenance_work_mem}MB" "$@"

echo "postgres entry: $memory_mb MB of memory; shared_buffers ${shared_buffers} MB, effective_cache_size" \
  "${effective_cache_size} MB, work_mem ${work_mem} MB, maintenance_work_mem ${maintenance_work_mem} MB" >&2

# --print came last, after the settings.
for last in "$@"; do :; done
if [ "$last" = --print ]; then
  printf '%s\n' "$@" | sed '/^-/d'
  exit 0
fi

exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf "$@"
