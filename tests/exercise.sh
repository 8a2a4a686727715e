#!/bin/sh
# Runs one graded program and holds what it says. exercise.sh PROGRAM
#
#   lessons/exercises/NAME       every part is blank, and costs its points only; these are
#                                the points in lessons/exercises/points.txt
#   lessons/answers/NAME         all points, also with other random inputs (SEEDS=20 of them)
#   lessons/check/wrong/NAME     is rejected with the words of the line that starts its
#                                .diff: "expects: WORDS"
#
# Complaints are on the standard output; status 1 when there are any.
program=$1
export LANGUAGE=en
source=lessons/${program##*/lessons/}.c
failed=0
complain() {
    printf '%s: %s; it said:\n%s\n' "$source" "$1" "$2"
    failed=1
}

blank() {
    parts=$(printf '%s\n' "$said" | grep -c '^[a-z0-9_]*: 0 of [0-9]* points\{0,1\}$')
    blanks=$(printf '%s\n' "$said" | grep -c '^  blank   .* is still blank: ')
    total=$(printf '%s\n' "$said" | grep -c '^0 of [0-9]* points; go on in ')
    [ "$status:$total:$parts" = "1:1:$blanks" ] || complain "does not say what is blank" "$said"
    name=${program##*/}
    points=$(printf '%s\n' "$said" |
        sed -n "s/^\([a-z0-9_]*\): 0 of \([0-9]*\) points\{0,1\}$/$name \1 \2/p")
    [ "$points" = "$(grep "^$name " lessons/exercises/points.txt)" ] ||
        complain "has other points in lessons/exercises/points.txt" "$points"
}

right() {
    case $status:$said in
    0:*" points: all right"*) ;;
    *) complain "is not all right" "$said" ;;
    esac
    seed=1
    while [ "$seed" -le "${SEEDS:-20}" ]; do
        said=$(GRADE_SEED=$seed "$program" 2>&1) ||
            complain "is not all right with GRADE_SEED=$seed" "$said"
        seed=$((seed + 1))
    done
}

wrong() {
    source=${source%.c}.diff
    words=$(sed -n '1s/^expects: //p' "$source")
    case $status:$said in
    0:*) complain "is graded as right" "$said" ;;
    1:*"${words:?$source begins without expects: WORDS}"*) ;;
    *) complain "is not called \"$words\"" "$said" ;;
    esac
}

said=$("$program" 2>&1)
status=$?
case $source in
lessons/exercises/*) blank ;;
lessons/answers/*) right ;;
*) wrong ;;
esac
exit "$failed"
