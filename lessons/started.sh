#!/bin/sh
# Says what to do when there is nothing to grade: started.sh FOLDER NN_name
[ "$1" != mine ] || [ -e "mine/$2.c" ] && exit 0
echo "there is no mine/$2.c yet: make start-${2%%_*} makes it, with the blank functions" >&2
exit 1
