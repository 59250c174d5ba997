#!/bin/sh
# Runs Java as a child and ends it when whoever started this script is gone, however that happened. The pipe on stdin is
# the sign of life: the kernel closes it even when the starter was killed with SIGKILL. It is a shell script so that it
# outlives whoever kills every process called node.
#
# Use: sh java-guard.sh <java> <arguments…>

exec 3<&0
"$@" </dev/null 3<&- &
java=$!

# Java closes its database files when asked to end; it gets two seconds for that.
stop() {
  kill "$java"
  patience=20
  while [ "$patience" -gt 0 ] && kill -0 "$java"; do
    sleep 0.1
    patience=$((patience - 1))
  done
  kill -9 "$java"
}

{
  cat <&3
  stop
} >/dev/null 2>&1 &
watcher=$!

exec 3<&-
trap 'kill "$java"' TERM INT HUP
wait "$java"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
