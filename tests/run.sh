#!/bin/sh
# Runs every test program given, shows what failed, and adds up: exit 1 when any failed.
failed=0 passed=0
for program; do
    echo "== $program"
    if "$program"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $program"; fi
done
echo "$passed test programs passed, $failed failed"
[ "$failed" = 0 ]
