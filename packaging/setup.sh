# Set-up shared by packaging/run and packaging/test; sourced, not run. Needs bash.
# Everything is done once: a second start only compares one hash.

CTVIEWER_VENV="${CTVIEWER_VENV:-.venv}"

say() { printf 'ctviewer set-up: %s\n' "$*" >&2; }

# Library file -> Debian package. Qt and VTK load these from the system.
QT_LIBRARIES="
libEGL.so.1:libegl1
libGL.so.1:libgl1
libOpenGL.so.0:libopengl0
libxkbcommon.so.0:libxkbcommon0
libxkbcommon-x11.so.0:libxkbcommon-x11-0
libdbus-1.so.3:libdbus-1-3
libxcb-cursor.so.0:libxcb-cursor0
libxcb-icccm.so.4:libxcb-icccm4
libxcb-image.so.0:libxcb-image0
libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-randr.so.0:libxcb-randr0
libxcb-render-util.so.0:libxcb-render-util0
libxcb-shape.so.0:libxcb-shape0
libxcb-xinerama.so.0:libxcb-xinerama0
libfontconfig.so.1:libfontconfig1
libglib-2.0.so.0:libglib2.0-0
"

# Program -> Debian package. Only tests use them; a test that misses its program says so and is skipped.
TEST_PROGRAMS="
Xvfb:xvfb
dcmdump:dcmtk
dciodvfy:dicom3tools
"

find_python() {
    local name
    for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
        [ -n "$name" ] || continue
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

require_python() {
    PYTHON_FOUND="$(find_python || true)"
    if [ -z "$PYTHON_FOUND" ]; then
        install_packages python3 python3-venv || true
        PYTHON_FOUND="$(find_python || true)"
    fi
    if [ -z "$PYTHON_FOUND" ]; then
        say "Python 3.11 or newer is needed and was not found. Install it, for example with: apt-get install python3 python3-venv"
        exit 1
    fi
    # Debian ships venv and ensurepip in a package of their own.
    if ! "$PYTHON_FOUND" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        install_packages python3-venv || true
        if ! "$PYTHON_FOUND" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            say "$PYTHON_FOUND cannot make virtual environments. Install its venv module: apt-get install python3-venv"
            exit 1
        fi
    fi
}

# install_packages NAME...: through apt-get, if root or sudo without a password allows it.
install_packages() {
    local as_root=()
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1 || return 1
        as_root=(sudo -n)
    fi
    say "installing system packages: $*"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

missing_libraries() {
    local known entry
    known="$( (ldconfig -p || /sbin/ldconfig -p || /usr/sbin/ldconfig -p) 2>/dev/null || true)"
    [ -n "$known" ] || return 0 # no glibc loader cache here: nothing to check against
    for entry in $QT_LIBRARIES; do
        case "$known" in *"${entry%%:*} "*) ;; *) printf '%s ' "${entry##*:}" ;; esac
    done
}

missing_programs() {
    local entry
    for entry in $TEST_PROGRAMS; do
        command -v "${entry%%:*}" >/dev/null 2>&1 || printf '%s ' "${entry##*:}"
    done
}

# system_libraries [PACKAGES...]: install what Qt and OpenGL miss (and PACKAGES); name what could not be installed.
system_libraries() {
    local wanted
    [ "$(uname -s)" = Linux ] || return 0
    wanted="$(missing_libraries)$*"
    [ -n "${wanted// /}" ] || return 0
    # shellcheck disable=SC2086 # a list of package names
    install_packages $wanted || true
    MISSING="$(missing_libraries)"
    if [ -n "$MISSING" ]; then
        say "these system libraries are missing and could not be installed here (Debian's names): ${MISSING% }"
        if command -v apt-get >/dev/null 2>&1; then say "install them with: sudo apt-get install ${MISSING% }"; fi
        return 1
    fi
}

# python_environment SPEC: a virtual environment with `pip install -e SPEC`; again only when pyproject.toml changed.
python_environment() {
    local spec="$1" stamp python wanted
    python="$CTVIEWER_VENV/bin/python"
    stamp="$CTVIEWER_VENV/.ctviewer-installed"
    if [ -e "$CTVIEWER_VENV" ] && ! "$python" -c 'import pip' >/dev/null 2>&1; then
        if [ ! -f "$CTVIEWER_VENV/pyvenv.cfg" ] && [ -n "$(ls -A "$CTVIEWER_VENV")" ]; then
            say "$CTVIEWER_VENV is no virtual environment and is left as it is. Name another folder in CTVIEWER_VENV."
            exit 1
        fi
        say "$CTVIEWER_VENV does not work any more (was its Python removed?) or has no pip; making a new one"
        rm -rf "$CTVIEWER_VENV"
    fi
    if [ ! -e "$CTVIEWER_VENV" ]; then
        require_python
        say "making a virtual environment in $CTVIEWER_VENV with $PYTHON_FOUND"
        "$PYTHON_FOUND" -m venv "$CTVIEWER_VENV"
    fi
    wanted="$("$python" -c 'import hashlib, os, sys; print(hashlib.sha256(open("pyproject.toml", "rb").read() + os.getcwd().encode() + sys.version.encode()).hexdigest())')"
    # What the tests installed is enough to run the program.
    if [ -f "$stamp" ] && { [ "$(cat "$stamp")" = "$wanted $spec" ] || [ "$(cat "$stamp")" = "$wanted .[dev]" ]; }; then
        return 0
    fi
    say "installing Python packages (the first time this downloads some gigabytes and takes minutes)"
    "$python" -m pip install --quiet --disable-pip-version-check -e "$spec" >&2
    printf '%s %s' "$wanted" "$spec" >"$stamp"
}
