#!/bin/sh
# Runs programs of the thread sanitizer on 4 threads and counts what it reports: called by
# `make races`. FOLDER holds them; each TEST is FOLDER/tests/TEST. Exit 1 after a report, a
# failed test, or when a planted race stays unseen.
set -eu
folder=$1
shift
results=out/races
rm -rf $results
mkdir -p $results

# Archer, beside the compiler's own files or where the system keeps libraries.
archer=''
resources=$(clang -print-resource-dir)
for place in "$resources/../.." "$resources/../../../lib64" /usr/lib64 /usr/lib; do
    [ -n "$archer" ] || [ ! -e "$place/libarcher.so" ] || archer=$place/libarcher.so
done
[ -n "$archer" ] || {
    echo "races: no libarcher.so here, so nothing is checked;" \
        "./setup.sh --developer installs it with libomp on Debian and Fedora"
    exit 0
}
export OMP_TOOL_LIBRARIES="$archer" OMP_NUM_THREADS=4 STYLEGRAD="$folder/stylegrad"
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66"

reports() { # LOG
    grep -c 'WARNING: ThreadSanitizer' "$1" || true
}

# The check is blind if it does not see this, and of no use if it sees anything here.
for kind in race none; do
    "$folder/tests/planted_race" $kind >$results/planted.log 2>&1 || true
    found=$(reports $results/planted.log)
    case $kind:$found in
    race:0 | none:[1-9]*)
        cat $results/planted.log >&2
        echo "races: of planted_race $kind the sanitizer reports $found races" >&2
        exit 1
        ;;
    esac
done

programs=0 all=0 failed=0
watch() { # NAME COMMAND...: runs it and counts its reports
    name=$1
    shift
    log=$results/$name.log began=$(date +%s)
    status=0
    "$@" >"$log" 2>&1 || status=$?
    found=$(reports "$log")
    programs=$((programs + 1)) all=$((all + found))
    if [ $status != 0 ] || [ "$found" != 0 ]; then
        failed=$((failed + 1))
        cat "$log" >&2
    fi
    echo "$name: $found reports, status $status, $(($(date +%s) - began)) s"
    printf '%s  {"program": "%s", "status": %d, "reports": %d}' "$separator" "$name" \
        $status "$found" >>$results/list
    separator=',
'
}

separator=''
for name; do watch "$name" "$folder/tests/$name"; done

images="assets/scene.png assets/painting.png"
net="--net paintnet --size 40"
# shellcheck disable=SC2086  # lists of words
{
    watch paint-tile "$STYLEGRAD" paint $images $net --tile 32 --steps 1 --optim adam \
        -o $results/tile.png
    watch paint-recompute "$STYLEGRAD" paint $images $net --recompute --steps 1 \
        -o $results/recompute.png
    watch paint-squeezenet "$STYLEGRAD" paint $images --net squeezenet1_1 --size 40 \
        --steps 1 --line-search=no -o $results/squeezenet.png
    watch eval-w2 "$STYLEGRAD" eval $images $net --style-form w2 --grad $results/w2.npy
}

printf '{\n "threads": 4,\n "planted": {"race": "found", "none": "nothing"},\n' \
    >$results/races.json
printf ' "programs": %d,\n "reports": %d,\n "failed": %d,\n "list": [\n' \
    $programs $all $failed >>$results/races.json
cat $results/list >>$results/races.json
printf '\n ]\n}\n' >>$results/races.json
rm $results/list
echo "races: $all reports in $programs programs on 4 threads; $results/races.json"
[ $failed = 0 ]
