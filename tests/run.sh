#!/bin/sh
# Runs every test program given, under $RUN if that is set, $JOBS at a time (1), adds up,
# and names the programs that took longest; exit 1 when any failed. The outputs are printed
# in the order of the arguments, and stay in the folder $KEEP if that is set.
[ $# -gt 0 ] || exit 1
export LANGUAGE=en # what tests expect
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

# shellcheck disable=SC2016  # $1 and $2 are the inner shell's
printf '%s\n' "$@" | FOLDER=$folder xargs -P "${JOBS:-1}" -I{} sh -c '
    said=$FOLDER/$(basename "$1")
    began=$(date +%s)
    if ${RUN:-} "$1" >"$said" 2>&1; then echo passed; else echo "FAILED: $1"; fi >"$said.ended"
    echo "$(($(date +%s) - began)) s $(basename "$1")" >"$said.time"
    mv "$said.ended" "$said.end"
' run {} &

failed=0 passed=0
for program; do
    said=$folder/$(basename "$program")
    until [ -s "$said.end" ]; do sleep 0.05; done
    echo "== $program"
    cat "$said"
    [ -z "${KEEP:-}" ] || cp "$said" "$KEEP"
    if [ "$(cat "$said.end")" = passed ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        cat "$said.end"
    fi
done
wait
echo "the longest:" "$(sort -rn "$folder"/*.time | head -n 12 | paste -sd, | sed 's/,/, /g')"
echo "$passed test programs passed, $failed failed"
[ "$failed" = 0 ]
