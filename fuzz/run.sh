#!/bin/sh
# Runs fuzz targets, for `make fuzz`: run.sh FOLDER-OF-PROGRAMS TARGET ...
#
# Each runs for $FUZZ_SECONDS, $FUZZ_JOBS of them at a time. New inputs are kept in
# out/fuzz/NAME/corpus. The first finding ends the run; its input is out/fuzz/NAME/crash-...
# (or leak-, timeout-, oom-). out/fuzz/summary.txt has a line for each target.
set -u
programs=$1
shift
out=out/fuzz
export programs out FUZZ_SECONDS OMP_NUM_THREADS=1
[ $# -gt 0 ] || exit 1
mkdir -p $out
for name; do rm -f "$out/$name/log"; done

# An input is at most 16 kB: larger limits are held by tests. It may take 60 seconds on the
# clock, which is one or two of computing on a machine with much else to do.
# shellcheck disable=SC2016  # $1 is the inner shell's
fuzz_one='
    name=$1 folder=$out/$1
    rm -f "$folder"/crash-* "$folder"/leak-* "$folder"/timeout-* "$folder"/oom-*
    mkdir -p "$folder/corpus"
    "$programs/$name" -max_total_time="$FUZZ_SECONDS" -max_len=16384 -timeout=60 \
        -rss_limit_mb=1024 -print_final_stats=1 -close_fd_mask=3 \
        -dict="fuzz/dictionaries/$name.dict" -artifact_prefix="$folder/" \
        "$folder/corpus" "fuzz/corpus/$name" >"$folder/log" 2>&1 </dev/null && exit 0
    echo "fuzz: $name: a finding; the report is in $folder/log" >&2
    for input in "$folder"/crash-* "$folder"/leak-* "$folder"/timeout-* "$folder"/oom-*; do
        [ ! -e "$input" ] || echo "fuzz: repeat it: $programs/$name $input" >&2
    done
    exit 255'

printf '%s\n' "$@" | xargs -P "$FUZZ_JOBS" -I{} sh -c "$fuzz_one" run {} 2>"$out.errors.$$"
status=$?
grep '^fuzz:' "$out.errors.$$" >&2
rm -f "$out.errors.$$"

# What libFuzzer says at the end, and the coverage of its last line of progress.
{
    echo "target executions seconds edges findings"
    for name; do
        [ -f "$out/$name/log" ] || continue
        findings=0
        for input in "$out/$name"/crash-* "$out/$name"/leak-* "$out/$name"/timeout-* \
            "$out/$name"/oom-*; do
            [ ! -e "$input" ] || findings=$((findings + 1))
        done
        awk -v name="$name" -v findings=$findings '
            / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
            /^Done [0-9]+ runs in/ { seconds = $5 }
            /number_of_executed_units/ { runs = $2 }
            END { print name, runs + 0, seconds + 0, edges + 0, findings }' \
            "$out/$name/log"
    done
} >"$out/summary.txt"
column -t "$out/summary.txt" 2>/dev/null || cat "$out/summary.txt"
[ $status = 0 ] || exit 1
