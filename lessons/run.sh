#!/bin/sh
# Runs lesson programs, NN_name each, and compares what they print with
# lessons/NN_name.expected (lessons/same.awk); a line for each, which says from the start
# how long it usually takes (lessons/seconds). Exit 1 when one failed or differs.
failed=0 begun=$(date +%s)
usual() { sed -n "s/^$1 //p" lessons/seconds; }

total=0
for program; do
    seconds=$(usual "$(basename "$program")")
    total=$((total + ${seconds:-0}))
done
echo "$# lessons; all of them take about $total s of one processor"
for program; do
    name=$(basename "$program") start=$(date +%s)
    about=$(usual "$name")
    printf '%-22s %-12s ' "$name" "${about:+about $about s,}"
    mkdir -p "out/$name"
    if ! [ -x "$program" ]; then
        verdict="FAILED: it does not compile, see above"
        : >"out/$name/errors.txt"
    elif ! "$program" >"out/$name/printed.txt" 2>"out/$name/errors.txt"; then
        verdict="FAILED: $(tail -n 1 "out/$name/errors.txt")"
        [ -s "out/$name/errors.txt" ] || verdict="FAILED: $(grep -m 1 FAILED "out/$name/printed.txt")"
    elif ! [ -e "lessons/$name.expected" ]; then
        verdict="has no lessons/$name.expected: cp out/$name/transcript.txt lessons/$name.expected"
    elif ! awk -f lessons/same.awk "lessons/$name.expected" "out/$name/transcript.txt"; then
        verdict="prints something else:"
        diff -u "lessons/$name.expected" "out/$name/transcript.txt" >"out/$name/difference.txt"
    else
        verdict=
        rm -f "out/$name/difference.txt"
    fi
    expected="as expected"
    [ -n "$verdict" ] || cmp -s "lessons/$name.expected" "out/$name/transcript.txt" ||
        expected="as expected, but for numbers behind a ~"
    printf 'took %3d s  %s\n' $(($(date +%s) - start)) "${verdict:-$expected}"
    [ -z "$verdict" ] || failed=$((failed + 1))
    case $verdict in
    *else:) cat "out/$name/difference.txt"
        echo "if that is right: cp out/$name/transcript.txt lessons/$name.expected" ;;
    esac
    # What went wrong beside the subject, such as a page that could not be built.
    [ -n "$verdict" ] || cat "out/$name/errors.txt" >&2
done
echo "$# lessons in $(($(date +%s) - begun)) s, $failed to look at"
[ "$failed" = 0 ]
