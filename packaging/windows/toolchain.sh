# How the library is compiled for Windows. Sourced in the project's folder, with the folder for what the compiler makes in
# $folder: cargo_windows COMMAND ARGUMENTS...

target=x86_64-pc-windows-gnu
# The sources of the standard library belong to one version of the compiler, and are unlocked by this.
unset RUSTUP_TOOLCHAIN RUSTC CARGO_TARGET_DIR CARGO_BUILD_TARGET RUSTC_WRAPPER
PATH=/usr/bin:/bin RUSTC_BOOTSTRAP=1
# The library names files of its sources, not folders of whoever built it.
home=${HOME:-/root} crates=${CARGO_HOME:-${HOME:-/root}/.cargo}
RUSTFLAGS="--remap-path-prefix=$home=/home --remap-path-prefix=$crates=/cargo --remap-path-prefix=$PWD=/swiftclient"
CFLAGS="-ffile-prefix-map=$home=/home -ffile-prefix-map=$crates=/cargo -ffile-prefix-map=$PWD=/swiftclient"
export PATH RUSTC_BOOTSTRAP RUSTFLAGS CFLAGS

cargo_windows() {
    command=$1
    shift
    cargo "$command" --locked --lib -Zbuild-std=std,panic_unwind --target $target --target-dir "$folder/cargo" "$@"
}
