#!/bin/sh
# Runs graded programs: lessons/exercises/* must fail because they are blank,
# lessons/answers/* pass with all points, and lessons/check/wrong/*.diff be caught, with
# the words of the line that starts each of them: expects: WORDS
failed=0 wrong=0
complain() { printf '%s: %s; it said:\n%s\n' "$1" "$2" "$3"; failed=$((failed + 1)); }
for program; do
    source=lessons/${program##*/lessons/}.c
    said=$("$program" 2>&1)
    status=$?
    case $source in
    lessons/exercises/*)
        case $status:$said in
        1:*"is still blank: "*) ;;
        *) complain "$source" "does not say what is blank" "$said" ;;
        esac ;;
    lessons/answers/*)
        case $status:$said in
        0:*" points: all right"*) ;;
        *) complain "$source" "is not all right" "$said" ;;
        esac ;;
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
