#!/usr/bin/env bash
# Makes .env, which docker-compose.yml reads, of .env.example: each "generate" becomes a secret of its own.
# Usage: infra/docker/make-env.sh [file]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=${1:-.env}
if [ -e "$target" ]; then
  echo "$target is there already, and stays as it is" >&2
  exit 0
fi
umask 077
while IFS= read -r line; do
  case $line in
    *=generate) echo "${line%generate}$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" ;;
    *) echo "$line" ;;
  esac
done <.env.example >"$target"
echo "$target is made" >&2
