# For tests that run under Wine: a drive of its own, and what Wine 8 lacks. Sourced.

# Makes Wine ready; its drive and libraries lie in the folder.
prepare_wine() {
    WINEPREFIX=$1/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
    # Unix paths are those of the drive Z.
    WINEPATH="Z:$(echo "$1/lib" | tr / '\\')"
    export WINEPREFIX WINEDEBUG WINEDLLOVERRIDES WINEPATH
    mkdir -p "$1/lib"
    # Rust's standard library takes its random numbers from a library of Windows 10 that Wine has since version 9.
    cat >"$1/lib/prng.c" <<'END'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T left)
{
    while (left > 0) {
        ULONG n = left > 0x10000000 ? 0x10000000 : (ULONG)left;
        if (!SystemFunction036(to, n))
            return FALSE;
        to += n;
        left -= n;
    }
    return TRUE;
}
END
    x86_64-w64-mingw32-gcc -O2 -shared -o "$1/lib/bcryptprimitives.dll" "$1/lib/prng.c" -ladvapi32
    # It grumbles about programs of 32 bits, which nobody has.
    [ -d "$WINEPREFIX/drive_c" ] || timeout 300 wineboot -i >"$1/wineboot" 2>&1 || { cat "$1/wineboot" >&2; exit 1; }
}
