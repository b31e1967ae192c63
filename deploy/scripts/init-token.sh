#!/bin/sh
# Initialises a PKCS#11 token for Chancery: a label, a random SO PIN and a random user PIN, each in a
# file that its owner alone can read. Overwrites neither a token nor a file.
#
# Usage: init-token.sh LABEL DIRECTORY [MODULE]
#   LABEL      1 to 32 characters of A-Z a-z 0-9 . _ -   (CKA_LABEL of the token; must be unused)
#   DIRECTORY  where so.pin and user.pin are written; made, mode 0700, if it is not there
#   MODULE     the vendor's PKCS#11 library; default: SoftHSM's
#
# Keep so.pin away from the machine: it is needed only to unlock or initialise the token again.
set -eu
umask 077

fail() {
  echo "init-token: $1" >&2
  exit "${2:-1}"
}

case $# in
  2 | 3) ;;
  *) fail "usage: init-token.sh LABEL DIRECTORY [MODULE]" 64 ;;
esac
label=$1
directory=$2
module=${3:-/usr/lib/softhsm/libsofthsm2.so}

case $label in
  *[!A-Za-z0-9._-]* | '') fail "LABEL may have letters, digits and . _ - only" 64 ;;
esac
[ ${#label} -le 32 ] || fail "LABEL is longer than the 32 characters a token can hold" 64
command -v pkcs11-tool >/dev/null 2>&1 ||
  fail "needs pkcs11-tool; install it (Debian, Ubuntu: apt-get install opensc)" 69
[ -f "$module" ] || fail "there is no PKCS#11 library $module; install it or name another" 69

# PINs go through the environment of pkcs11-tool, which its own user alone can read, and never
# through its arguments, which everybody on the machine can.
token() {
  SO_PIN=$so_pin USER_PIN=$user_pin pkcs11-tool --module "$module" "$@" </dev/null
}

# 16 of 62 characters: 95 bits, and short enough for every token we know.
random_pin() {
  LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 16
}

so_pin=$(random_pin)
user_pin=$(random_pin)

slots=$(token --list-slots) || fail "$module does not list its slots"
if printf '%s\n' "$slots" | sed -n 's/^ *token label *: *//p' | grep -Fqx -- "$label"; then
  fail "a token with the label $label exists; it was left as it is"
fi
# A free slot: "Slot 0 (0x0): ..." followed by "token state:   uninitialized".
slot=$(printf '%s\n' "$slots" |
  awk '/^Slot /{id = $3; gsub(/[():]/, "", id)} /uninitialized/{print id; exit}')
[ -n "$slot" ] || fail "no slot of $module holds an uninitialised token"

# noclobber: creating the files and finding that they exist is one step.
mkdir -p "$directory"
set -C
printf '%s' "$so_pin" 2>/dev/null >"$directory/so.pin" || fail "$directory/so.pin exists; it was left as it is"
if ! printf '%s' "$user_pin" >"$directory/user.pin"; then
  rm -f "$directory/so.pin"
  fail "$directory/user.pin exists; it was left as it is"
fi
set +C

if ! token --slot "$slot" --init-token --label "$label" --so-pin env:SO_PIN; then
  rm -f "$directory/so.pin" "$directory/user.pin"
  fail "the token in slot $slot could not be initialised"
fi
# Some modules give the token another slot once it is initialised: from here on by label.
token --token-label "$label" --login --login-type so --so-pin env:SO_PIN \
  --init-pin --new-pin env:USER_PIN ||
  fail "the token has its SO PIN ($directory/so.pin) but no user PIN; set it with pkcs11-tool --init-pin"

echo "token $label is ready; its PINs are in $directory/so.pin and $directory/user.pin"
