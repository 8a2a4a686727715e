#!/bin/sh
# Gradescope runs this once, as root, when it makes the machine of the autograder. Where
# bubblewrap cannot run, submissions run as the user nobody, who may not enter this folder.
set -e
source=${AUTOGRADER:-/autograder}/source
cd "$source/stylegrad"
./setup.sh --teacher
make -s -j"$(nproc)" desk
chmod 700 "$source"
