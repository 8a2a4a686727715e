#!/bin/sh
# Runs graded programs: each part of lessons/exercises/* must be blank and cost its points
# only, lessons/answers/* pass with all points, also with other random inputs, and
# lessons/check/wrong/*.diff be caught, with the words of the line that starts each of them:
# expects: WORDS
#
# lessons/exercises/points.txt must have the points that the grader gives.
#
# SEEDS=3 tries fewer other inputs than 20.
failed=0 wrong=0
export LANGUAGE=en
complain() { printf '%s: %s; it said:\n%s\n' "$1" "$2" "$3"; failed=$((failed + 1)); }
for program; do
    source=lessons/${program##*/lessons/}.c
    said=$("$program" 2>&1)
    status=$?
    case $source in
    lessons/exercises/*)
        parts=$(printf '%s\n' "$said" | grep -c '^[a-z0-9_]*: 0 of [0-9]* points\{0,1\}$')
        blanks=$(printf '%s\n' "$said" | grep -c '^  blank   .* is still blank: ')
        total=$(printf '%s\n' "$said" | grep -c '^0 of [0-9]* points; go on in ')
        case $status:$total:$parts in
        1:1:"$blanks") ;;
        *) complain "$source" "does not say what is blank" "$said" ;;
        esac
        name=${program##*/}
        points=$(printf '%s\n' "$said" |
            sed -n "s/^\([a-z0-9_]*\): 0 of \([0-9]*\) points\{0,1\}$/$name \1 \2/p")
        [ "$points" = "$(grep "^$name " lessons/exercises/points.txt)" ] ||
            complain "$source" "has other points in lessons/exercises/points.txt" "$points" ;;
    lessons/answers/*)
        case $status:$said in
        0:*" points: all right"*) ;;
        *) complain "$source" "is not all right" "$said" ;;
        esac
        seed=1
        while [ "$seed" -le "${SEEDS:-20}" ]; do
            said=$(GRADE_SEED=$seed "$program" 2>&1) ||
                complain "$source" "is not all right with GRADE_SEED=$seed" "$said"
            seed=$((seed + 1))
        done ;;
    *)
        wrong=$((wrong + 1)) source=${source%.c}.diff
        words=$(sed -n '1s/^expects: //p' "$source")
        case $status:$said in
        0:*) complain "$source" "is graded as right" "$said" ;;
        1:*"${words:?$source begins without expects: WORDS}"*) ;;
        *) complain "$source" "is not called \"$words\"" "$said" ;;
        esac ;;
    esac
done
echo "$# exercises, answers and wrong answers ($wrong), $failed not graded as they should"
[ "$failed" = 0 ]
