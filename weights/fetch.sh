#!/bin/sh
# Downloads trained networks from their official site to this folder, and checks them.
#
#   weights/fetch.sh [FILE ...]      vgg19-dcbb9e9d.pth and squeezenet1_1-b8a52dc0.pth
#
# The eight digits in a file's name are the first of its SHA-256. An interrupted
# download is continued. A file with the right checksum is not downloaded again. A file
# with a wrong checksum is never stored under its name. STYLEGRAD_WEIGHTS_URL and STYLEGRAD_WEIGHTS_FOLDER
# replace the two places.
set -eu

url=${STYLEGRAD_WEIGHTS_URL:-https://download.pytorch.org/models}
folder=${STYLEGRAD_WEIGHTS_FOLDER:-$(dirname "$0")}
[ $# -gt 0 ] || set -- vgg19-dcbb9e9d.pth squeezenet1_1-b8a52dc0.pth

digits_of() { # of a file's name
    digits=${1%.*}
    echo "${digits##*-}"
}

right() { # PATH NAME: true if the file has the checksum in its name
    sum=$( (sha256sum "$1" 2>/dev/null || shasum -a 256 "$1") | cut -c 1-8)
    [ "$sum" = "$(digits_of "$2")" ]
}

for name; do
    case $(digits_of "$name") in
    [0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]) ;;
    *) echo "fetch.sh: $name: no checksum in its name, such as vgg19-dcbb9e9d.pth" >&2
       exit 2 ;;
    esac
    if [ -f "$folder/$name" ] && right "$folder/$name" "$name"; then
        echo "$folder/$name is here"
        continue
    fi
    part=$folder/$name.part
    # A complete part has nothing left to ask for, which the server calls an error, 416.
    if ! { [ -f "$part" ] && right "$part" "$name"; }; then
        echo "$url/$name"
        problem=0
        status=$(curl --fail --location --continue-at - --retry 3 --output "$part" \
            --write-out '%{http_code}' "$url/$name") || problem=$?
        case $problem:$status in
        0:* | *:416) ;;
        33:*) rm -f "$part" # only whole files from this server
              echo "fetch.sh: the server cannot go on with $name; run it again, it begins anew" >&2
              exit 1 ;;
        *) echo "fetch.sh: $name did not arrive; run it again, it goes on where it ended" >&2
           exit 1 ;;
        esac
    fi
    if ! right "$part" "$name"; then
        rm -f "$part"
        echo "fetch.sh: $name arrived damaged and was removed; run it again" >&2
        exit 1
    fi
    mv "$part" "$folder/$name"
    echo "$folder/$name"
done
