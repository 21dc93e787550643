#!/usr/bin/env bash
# Installs what this repository needs, and says nothing when all of it is there.
#
#   scripts/setup.sh runtime   libraries, fonts and .venv: enough to make leaflets
#   scripts/setup.sh tests     Java, Maven, veraPDF, axe, XLIFF schemas, Chromium, poppler-utils: only the tests need these
#   scripts/setup.sh bench     what the bench measures beside us, in .tools/bench: WeasyPrint alone, Typst; and Chromium
#   scripts/setup.sh fast      compile the renderer, for those who make thousands of leaflets
#   scripts/setup.sh pins      write constraints.txt anew
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly libraries=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core fonts-noto-cjk)
readonly venv=.venv
readonly stamp=$venv/.leaflets-setup

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# Runs a command without its chatter, unless it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if ((status)); then
    cat "$log" >&2
    say "failed: $*"
  fi
  rm -f "$log"
  return "$status"
}

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

apt_install() {
  local as_root=(env DEBIAN_FRONTEND=noninteractive)
  if ((EUID)); then
    command -v sudo >/dev/null || die "not root, and no sudo here. Have an administrator run: apt-get install $*"
    as_root=(sudo "${as_root[@]}")
  fi
  say "installing by apt: $*"
  quietly "${as_root[@]}" apt-get -q -o Acquire::Retries=3 update || say "going on with the package lists that are here"
  quietly "${as_root[@]}" apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 \
    install --no-install-recommends "$@"
}

is_python() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
    if is_python "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  die "Python 3.11 or newer is needed and none is on the PATH (python3 is: $(python3 --version 2>&1 || true))." \
    "On Debian 12 or newer: apt-get install python3 python3-venv. On macOS: brew install python@3.13"
}

# Whether the libraries load, by the names that WeasyPrint tries.
libraries_load() {
  "$1" - <<'PYTHON'
import ctypes, os, sys

NEEDED = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0.0.dylib"),
    "HarfBuzz subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}
FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/") if sys.platform == "darwin" else ("",)

def loads(name):
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True

missing = [label for label, names in NEEDED.items() if not any(loads(f + n) for f in FOLDERS for n in names)]
if missing:
    sys.exit("setup: not found: " + ", ".join(missing))
PYTHON
}

how_to_install_libraries() {
  if [[ $(uname -s) == Darwin ]]; then
    say "install them with Homebrew, then run this again:"
    say "  brew install pango harfbuzz fontconfig"
    say "  and the fonts that \"leaflets doctor\" then names, from https://notofonts.github.io and"
    say "  https://github.com/notofonts/noto-cjk, into ~/Library/Fonts: the static .ttf files and the .ttc files named there"
  else
    say "no apt-get here. Install with your system's package manager, then run this again:"
    say "  Pango 1.44 or newer with PangoFT2, HarfBuzz with its subset library, Fontconfig, the Noto fonts with CJK"
    say "  Fedora: dnf install pango harfbuzz fontconfig google-noto-fonts-all-static google-noto-sans-cjk-fonts"
    say "  Arch: pacman -S pango harfbuzz fontconfig noto-fonts noto-fonts-cjk"
    say "  Alpine: apk add pango harfbuzz-subset fontconfig font-noto-all font-noto-cjk"
  fi
}

install_libraries() {
  local package missing=()
  if has_apt; then
    for package in "${libraries[@]}"; do
      is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]})); then apt_install "${missing[@]}"; fi
  elif ! libraries_load "$1"; then
    how_to_install_libraries
    exit 1
  elif command -v fc-list >/dev/null && [[ -z $(fc-list 'Noto Sans') || -z $(fc-list 'Noto Sans CJK JP') ]]; then
    say "warning: some Noto fonts are not installed; \"leaflets doctor\" says which, and no leaflet is made without them"
  fi
}

# pip also builds the project, in a place of its own: there the pins hold through these variables
# (the first for pip before 25.3, the second from then on).
pip_install() {
  local python=$1
  shift
  quietly env PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
    "$python" -m pip install --quiet --no-input "$@"
}

# What .venv was made from; .venv is also made anew when the folder was moved, as the paths in it are absolute.
wanted() { printf '%s\n' "$PWD" && cat pyproject.toml constraints.txt; }

install_venv() {
  local python=$1 version
  if [[ -f $stamp ]] && wanted | cmp -s - "$stamp" && is_python "$venv/bin/python"; then return; fi

  if [[ $(head -n 1 "$stamp" 2>/dev/null) != "$PWD" ]] || ! is_python "$venv/bin/python"; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
      has_apt || die "$python has no venv module; install it with your system's package manager"
      apt_install "python$version-venv"
    fi
    say "making $venv"
    quietly "$python" -m venv --clear "$venv"
  else
    say "updating $venv"
  fi
  # Until it is complete, only the folder's name stands in the stamp, so that a broken-off set-up is taken up again.
  printf '%s\n' "$PWD" >"$stamp"
  pip_install "$venv/bin/python" -c constraints.txt -e '.[dev]'
  wanted >"$stamp"
  say "done. Next: make leaflets, or .venv/bin/leaflets --help"
}

runtime() {
  local python
  python=$(find_python)
  install_libraries "$python"
  install_venv "$python"
}

# macOS has a /usr/bin/java that only says that there is no Java.
java_runs() { command -v java >/dev/null && java -version >/dev/null 2>&1; }

# A browser that tests/axe.py finds too.
has_chromium() {
  [[ -n ${CHROMIUM-} ]] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    command -v google-chrome >/dev/null || [[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]]
}

# Test tools that Maven fetches: .tools/NAME/FILE, pinned by tests/tools/NAME/pom.xml and FILE.sha256 beside it.
has_tool() { [[ -f .tools/$1/$2 ]] && cmp -s "tests/tools/$1/pom.xml" ".tools/$1/pom.xml"; }

install_tool() {
  local name=$1 file=$2 folder=.tools/$1 pins=tests/tools/$1
  shift 2
  say "fetching $name by Maven"
  rm -rf "$folder"
  mkdir -p "$folder"
  quietly mvn -B -ntp -C -f "$pins/pom.xml" "$@" "-DoutputDirectory=$PWD/$folder"
  is_pinned "$folder/$file" "$pins/$file.sha256" || die "$name was not installed"
  cp "$pins/pom.xml" "$folder/pom.xml"
}

# Whether a file that was fetched is the one it should be.
is_pinned() {
  "$venv/bin/python" - "$@" <<'PYTHON'
import hashlib, pathlib, sys

fetched, pin = map(pathlib.Path, sys.argv[1:])
found = hashlib.sha256(fetched.read_bytes()).hexdigest()
if found != pin.read_text().strip():
    sys.exit(f"setup: {fetched} is not the file it should be: its SHA-256 is {found}, and {pin} says otherwise")
PYTHON
}

# The schema of XLIFF 1.2: no Maven package has it, but a package of Debian; only the one file is taken out of that.
readonly xliff12=.tools/xliff12 xliff12_file=xliff-core-1.2-strict.xsd xliff12_package=php-symfony-translation

has_xliff12() { [[ -f $xliff12/$xliff12_file ]] && cmp -s "tests/tools/xliff12/$xliff12_file.sha256" "$xliff12/pin"; }

download_xliff12() { (cd "$xliff12" && quietly apt-get -q -o Acquire::Retries=3 download "$xliff12_package" 2>/dev/null); }

install_xliff12() {
  local pin=tests/tools/xliff12/$xliff12_file.sha256
  if ! has_apt; then
    say "no apt-get here, so no schema of XLIFF 1.2: the test that needs it is skipped"
    return
  fi
  say "fetching the schema of XLIFF 1.2 by apt"
  rm -rf "$xliff12"
  mkdir -p "$xliff12"
  # without a package, apt_install brings the package lists up to date
  download_xliff12 || { apt_install && download_xliff12; } || die "the schema of XLIFF 1.2 was not fetched"
  dpkg-deb --fsys-tarfile "$xliff12/$xliff12_package"_*.deb |
    tar -x -C "$xliff12" --wildcards --transform='s|.*/||' "*/$xliff12_file"
  rm -f "$xliff12"/*.deb
  is_pinned "$xliff12/$xliff12_file" "$pin" || die "the schema of XLIFF 1.2 was not installed"
  cp "$pin" "$xliff12/pin"
}

tests() {
  local missing=()
  java_runs || missing+=(default-jre-headless)
  { has_tool verapdf cli.jar && has_tool axe axe.min.js && has_tool xliff xliff_core_2.0.xsd; } || command -v mvn >/dev/null || missing+=(maven)
  has_chromium || missing+=(chromium)
  command -v pdftotext >/dev/null || missing+=(poppler-utils)
  if ((${#missing[@]})); then
    if has_apt; then
      apt_install "${missing[@]}"
    elif [[ $(uname -s) == Darwin ]]; then
      die "the tests need more tools: brew install openjdk maven poppler (and follow what brew says on linking openjdk)," \
        "brew install --cask google-chrome"
    else
      die "the tests need java (11 or newer), mvn (Apache Maven), pdftotext (Poppler) and chromium on the PATH; missing here," \
        "by their names on Debian: ${missing[*]}"
    fi
  fi
  has_tool verapdf cli.jar || install_tool verapdf cli.jar dependency:copy-dependencies -Dmdep.stripVersion=true
  has_tool axe axe.min.js || install_tool axe axe.min.js dependency:unpack-dependencies -Dmdep.unpack.includes=axe.min.js
  has_tool xliff xliff_core_2.0.xsd ||
    install_tool xliff xliff_core_2.0.xsd dependency:unpack-dependencies '-Dmdep.unpack.includes=**/*.xsd'
  has_xliff12 || install_xliff12
  has_compiler || install_compiler
}

# The peers of the bench, in an environment of their own. Whatever cannot be had is told, and the bench goes on without it.
wanted_peers() { printf '%s\n' "$PWD" && cat constraints.txt scripts/benchmarks/peers.txt; }

bench() {
  local folder=.tools/bench
  has_chromium || { has_apt && (apt_install chromium); } || say "no Chromium here; the bench goes on without it"
  if [[ -f $folder/stamp ]] && wanted_peers | cmp -s - "$folder/stamp" && is_python "$folder/bin/python"; then return; fi
  say "making $folder"
  rm -rf "$folder"
  quietly "$(find_python)" -m venv "$folder"
  pip_install "$folder/bin/python" -c constraints.txt weasyprint || return
  pip_install "$folder/bin/python" -r scripts/benchmarks/peers.txt || return
  wanted_peers >"$folder/stamp"
}

# What compiles the renderer, in an environment of its own; the tests need it, too.
readonly compiler=.tools/fast

has_compiler() { [[ -x $compiler/bin/cython ]] && cmp -s scripts/compile.txt "$compiler/stamp"; }

install_compiler() {
  say "making $compiler"
  rm -rf "$compiler"
  quietly "$venv/bin/python" -m venv "$compiler"
  pip_install "$compiler/bin/python" -r scripts/compile.txt
  cp scripts/compile.txt "$compiler/stamp"
}

# The renderer is compiled where there is more than Python of this module.
is_compiled() { compgen -G "$venv/lib/python*/site-packages/weasyprint/layout/block.*.*" >/dev/null; }

can_compile() {
  command -v cc >/dev/null &&
    "$venv/bin/python" -c 'import pathlib, sys, sysconfig
sys.exit(not pathlib.Path(sysconfig.get_paths()["include"], "Python.h").is_file())'
}

one_leaflet() { quietly "$venv/bin/leaflets" build hsct --edition a4 --store none --out "$1"; }

renderer=(weasyprint pydyf cssselect2 tinyhtml5)

fast() {
  local version proof
  runtime
  if is_compiled; then return; fi
  if ! can_compile; then
    version=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    has_apt || die "a C compiler (cc) and the headers of Python $version are needed; install them with your system's package manager"
    apt_install gcc libc6-dev "python$version-dev"
    can_compile || die "no headers for $venv/bin/python; use the system's Python, or install those of this one"
  fi
  has_compiler || install_compiler
  proof=$(mktemp -d)
  one_leaflet "$proof/before"
  say "compiling the renderer: some minutes, once"
  rm -rf "$compiler/wheels"
  quietly "$compiler/bin/python" scripts/compile.py "$compiler/wheels"
  pip_install "$venv/bin/python" --no-deps --force-reinstall "$compiler"/wheels/*.whl
  if ! one_leaflet "$proof/after" || ! diff -rq --exclude='*.json' --exclude=index.html "$proof/before" "$proof/after" >/dev/null; then
    pip_install "$venv/bin/python" --no-deps --force-reinstall -c constraints.txt "${renderer[@]}"
    rm -rf "$proof"
    die "compiled, it makes another leaflet: it was put back as it was"
  fi
  rm -rf "$proof"
  say "done. To have it as it was: .venv/bin/pip install --force-reinstall --no-deps -c constraints.txt ${renderer[*]}"
}

pins() {
  local folder=.tools/pins
  say "resolving"
  quietly "$venv/bin/python" -m venv --clear "$folder"
  quietly "$folder/bin/python" -m pip install --quiet --no-input --upgrade --upgrade-strategy eager '.[dev]' hatchling editables
  {
    printf '# Every package that "make setup" installs, by exact version. Written by "make pins".\n'
    "$folder/bin/python" -m pip freeze --exclude leaflets | grep -E '^[A-Za-z0-9._-]+==[^ ]+$'
  } >"$folder/constraints.txt"
  mv "$folder/constraints.txt" constraints.txt
  rm -rf "$folder"
}

case ${1-} in
  runtime | tests | bench | fast | pins) "$1" ;;
  *) die "usage: scripts/setup.sh runtime|tests|bench|fast|pins" ;;
esac
