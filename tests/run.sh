#!/bin/sh
# Runs every test program given, under $RUN if that is set, and adds up; exit 1 when any
# failed.
failed=0 passed=0
for program; do
    echo "== $program"
    # shellcheck disable=SC2086  # RUN is a command with arguments
    if ${RUN:-} "$program"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $program"; fi
done
echo "$passed test programs passed, $failed failed"
[ "$failed" = 0 ]
