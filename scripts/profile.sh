#!/usr/bin/env bash
# Makes the profile of the press that comes with the print-shop edition, styles/profiles/fogra39.icc, from what the press was measured to
# print: FOGRA39L.ti3 (zlib licence) of Debian's package icc-profiles-free. Needs ArgyllCMS (Debian: argyll); takes half a minute.
# The bytes differ each time, by the date in them, and with them every print-shop edition: run it only for a reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly measured=${1:-/usr/share/color/icc/FOGRA39L.ti3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$measured" "$folder/fogra39.ti3"
colprof -qm -bl -nc -kr -l330 -A Fogra -M FOGRA39 \
  -D "Coated FOGRA39 (ISO 12647-2:2004), made by ArgyllCMS from FOGRA39L.ti3" \
  -C "Made from characterisation data distributed under the zlib licence" \
  -O "$folder/fogra39.icc" "$folder/fogra39"
profcheck "$folder/fogra39.ti3" "$folder/fogra39.icc"
mv "$folder/fogra39.icc" styles/profiles/fogra39.icc
