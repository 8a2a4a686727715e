#!/bin/sh
# `make speed-04` as a student types it: answer_speed.sh BUILD. How fast anything is does not matter
# here: the points must be those that the stated scale gives for the measured share.
folder=$1/speed failed=0
make=${MAKE:-make -s}
export LANGUAGE=en
json=$folder/result.json said=$folder/said
rm -rf "$folder"
mkdir -p "$folder" || exit 1
complain() {
    failed=$((failed + 1))
    echo "answer_speed.sh: $*; it said:"
    cat "$said"
}

# expect STATUS WORDS ARGUMENTS: the words are an extended regular expression.
expect() {
    status=$1 words=$2
    shift 2
    rm -f "$json"
    GRADE_JSON=$json $make speed-04 MINE="$folder" "$@" >"$said" 2>&1
    got=$?
    [ "$status" != 0 ] || [ $got = 0 ] || complain "status $got" "$@"
    [ "$status" = 0 ] || [ $got != 0 ] || complain "status 0" "$@"
    grep -Eq "$words" "$said" || complain "no \"$words\"" "$@"
}
number() { sed -n "s/.*\"$1\": *\\([-0-9.e+]*\\),*\$/\\1/p" "$json" | head -n 1; }

expect 1 "there is no $folder/04_conv.c yet: make start-04"
expect 1 'conv2d is still blank' FILE=lessons/exercises/04_conv.c
[ "$(number total)" = 5 ] || complain "a blank one has no result"

sed 's|real sum = bias\[o\];|real sum = 0;|' lessons/answers/04_conv.c >"$folder/04_conv.c"
expect 1 'WRONG   y is wrong for 2 channels of 5 x 7'
grep -q '^speed: 0 of 5 points' "$said" || complain "a wrong one has points"

# The first steps; ANSWERS=1 is the last one.
for answer in lessons/answers/speed/[12]_*.c; do
    expect 0 '^speed: [0-5] of 5 points' FILE="$answer"
done
expect 0 '^speed: [0-5] of 5 points' ANSWERS=1
# The first share is that of the first row, the student's.
share=$(number percent_of_peak)
points=$(echo "$share" | awk '
    { print ($1 >= 2) + ($1 >= 5) + ($1 >= 10) + ($1 >= 25) + ($1 >= 50) }')
grep -q "^speed: $points of 5 points" "$said" || complain "$share % are not $points points"

[ $failed = 0 ] && echo "the exercise for speed: blank, wrong, measured"
rm -rf "$folder"
[ $failed = 0 ]
