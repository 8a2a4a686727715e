#!/bin/sh
# Installs the packages that stylegrad needs, and does nothing when all are installed.
#
#   ./setup.sh               to build, paint and test
#   ./setup.sh --notebooks   also the packages for notebooks whose cells are C (Debian)
#   ./setup.sh --lab         the same, and JupyterLab (from Debian 13 on)
#   ./setup.sh --teacher     also the sandbox in which tools/grade runs submissions
#   ./setup.sh --wasm        also the compiler of `make wasm`, the page in a browser (Debian)
#   ./setup.sh --developer   also the tools that lint, valgrind and all of the tests use
#   ./setup.sh --arm         also the compiler and emulator of `make check-arm` (Debian)
#
# Uses apt-get (Debian, Ubuntu), dnf (Fedora) or brew (macOS), with sudo when not root.
set -eu

usage() { sed -n '2,12s/^# \{0,1\}//p' "$0"; }

developer=no teacher=no notebooks=no lab=no arm=no wasm=no
for argument; do
    case $argument in
    --developer) developer=yes teacher=yes wasm=yes ;;
    --wasm) wasm=yes ;;
    --teacher) teacher=yes ;;
    --notebooks) notebooks=yes ;;
    --lab) notebooks=yes lab=yes ;;
    --arm) arm=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "setup.sh: unknown option $argument; see ./setup.sh --help" >&2; exit 2 ;;
    esac
done

have() { command -v "$1" >/dev/null 2>&1; }

# has_header LIST: true if the C compiler finds these headers.
has_header() {
    have gcc && for header in stddef.h stdarg.h stdint.h setjmp.h "$@"; do
        echo "#include <$header>"
    done | gcc -E -x c - >/dev/null 2>&1
}

# clang_has_openmp: true if clang can link a program with threads.
clang_has_openmp() {
    echo 'int main(void) { return 0; }' |
        clang -fopenmp -x c -o /dev/null - 2>/dev/null
}

# need APT DNF BREW: notes a missing package by its three names; - where there is none.
apt='' dnf='' brew=''
need() {
    [ "$1" = - ] || apt="$apt $1"
    [ "$2" = - ] || dnf="$dnf $2"
    [ "$3" = - ] || brew="$brew $3"
}

# A compiler also needs the headers of libc: without them gcc exists but compiles nothing.
has_header stdio.h || need "gcc libc6-dev" gcc gcc
have make || need make make make
have pandoc || need pandoc pandoc pandoc
# For `make install`, the headers and the manual page, and for programs that use them.
have python3 || need python3 python3 python3
have help2man || need help2man help2man help2man
have pkg-config || need pkg-config pkgconf-pkg-config pkgconf
have dot || need graphviz graphviz graphviz
have msgfmt || need gettext gettext gettext
have gnuplot || need gnuplot-nox gnuplot gnuplot
# The book makes photographs small.
have cwebp || need webp libwebp-tools webp
has_header cmocka.h || need libcmocka-dev libcmocka-devel cmocka
has_header stb/stb_image.h || need libstb-dev stb-devel -
has_header zlib.h || need zlib1g-dev zlib-devel zlib
has_header jansson.h || need libjansson-dev jansson-devel jansson
has_header lcms2.h || need liblcms2-dev lcms2-devel little-cms2
has_header nettle/sha2.h || need nettle-dev nettle-devel nettle
if [ $developer = yes ]; then
    have git || need git git git
    # libomp brings libarcher, from which the thread sanitizer of `make races` knows OpenMP.
    clang_has_openmp || need "clang libomp-dev" "clang libomp-devel" "llvm libomp"
    have clang-format || need clang-format clang-tools-extra clang-format
    have cppcheck || need cppcheck cppcheck cppcheck
    have gcovr || need gcovr gcovr gcovr
    have patch || need patch patch -
    have valgrind || need valgrind valgrind -
    have doxygen || need doxygen doxygen doxygen
    have curl || need curl curl curl
    # Videos; a program that needs it says so.
    have ffmpeg || need ffmpeg ffmpeg-free ffmpeg
    # A browser and what drives it, for the tests of the book.
    have chromium || have chromium-browser || need chromium chromium chromium
    have node || need nodejs nodejs node
    have npm || need npm nodejs-npm -
    # For what `make test-library` installs, and who uses it.
    have g++ || need g++ gcc-c++ -
    have cmake || need cmake cmake cmake
    have man || need man-db man-db -
    have zsh || need zsh zsh zsh
    have octave-cli || need octave octave octave
    /usr/bin/python3 -c 'import h5py' 2>/dev/null || need python3-h5py python3-h5py -
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || need python3-numpy python3-numpy numpy
    /usr/bin/python3 -c 'import PIL' 2>/dev/null || need python3-pil python3-pillow pillow
fi

# What compiles for a page, and runs it in its test.
if [ $wasm = yes ]; then
    here=$(dirname "$0")
    "$here"/web/missing.sh "$(command -v clang-14 || command -v clang)" --target=wasm32-wasi 2>/dev/null ||
        need "clang wasi-libc libclang-rt-dev-wasm32 lld" - -
    have node || need nodejs nodejs node
fi

if [ $teacher = yes ]; then
    have python3 || need python3 python3 python3
    have bwrap || need bubblewrap bubblewrap -
    have setpriv || need util-linux util-linux -
fi

if [ $notebooks = yes ]; then
    { have clang-repl-19 && have clang-19; } || need clang-tools-19 - -
    has_module() { /usr/bin/python3 -c "import $1" 2>/dev/null; }
    has_module ipykernel || need python3-ipykernel python3-ipykernel -
    has_module nbconvert || need jupyter-nbconvert python3-nbconvert -
    has_module notebook || need jupyter-notebook python3-notebook jupyterlab
    has_module numpy || need python3-numpy python3-numpy numpy
    have dot || need graphviz graphviz graphviz
    # Debian 12 has no JupyterLab: there serve.py says what else helps.
    if [ $lab = yes ] && ! has_module jupyterlab &&
        { ! have apt-cache || apt-cache show jupyterlab >/dev/null 2>&1; }; then
        need jupyterlab jupyterlab jupyterlab
    fi
fi

# The libraries are those of ARM64, beside our own.
if [ $arm = yes ]; then
    cross=aarch64-linux-gnu
    have $cross-gcc || need "gcc-$cross libc6-dev-arm64-cross" - -
    have qemu-aarch64 || need qemu-user - -
    for library in libz.a=zlib1g-dev liblcms2.a=liblcms2-dev libjansson.a=libjansson-dev libnettle.a=nettle-dev \
        libcmocka.so=libcmocka-dev libgomp.so.1=libgomp1; do
        [ -e /usr/lib/$cross/"${library%=*}" ] || need "${library#*=}:arm64" - -
    done
fi

if [ -z "$apt$dnf$brew" ]; then
    echo "setup.sh: everything is here"
    exit 0
fi

if have apt-get || have dnf; then
    sudo=''
    [ "$(id -u)" = 0 ] || sudo=sudo
    if [ -n "$sudo" ] && ! have sudo; then
        echo "setup.sh: neither root nor sudo; ask an administrator for:$apt" >&2
        exit 1
    fi
fi
if have apt-get; then
    case $apt in *:arm64*) $sudo dpkg --add-architecture arm64 ;; esac
    $sudo apt-get update -q
    # shellcheck disable=SC2086  # a list of names
    $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends $apt
elif have dnf; then
    # shellcheck disable=SC2086
    $sudo dnf install -y $dnf
elif have brew; then
    # shellcheck disable=SC2086
    brew install $brew
else
    echo "setup.sh: no apt-get, dnf or brew here; install by hand:$apt" >&2
    exit 1
fi
