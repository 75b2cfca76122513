//! Names the shared library, keeps `include/swiftclient.h` in step with `src/ffi`, and fills in the CMake files for cargo-c.
//!
//! The header is made afresh in Cargo's own folder and compared with the one in the tree. When they differ,
//! `SWIFTCLIENT_HEADER=update` brings the tree up to date, `=check` fails, and without it there is a warning.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Raised when a program made for an earlier version would no longer run.
const ABI: u32 = 0;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=packaging/cmake");
    println!("cargo::rerun-if-changed=src/ffi");
    println!("cargo::rerun-if-changed=include/swiftclient.h");
    println!("cargo::rerun-if-env-changed=SWIFTCLIENT_HEADER");
    match name_library().and_then(|()| cmake()).and_then(|()| header()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            println!("cargo::error={}", e.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

/// What Cargo tells build scripts.
fn told(name: &str) -> Result<String, Box<dyn Error>> {
    env::var(name).map_err(|e| format!("{name}: {e}").into())
}

/// The name programs look for when they start.
fn name_library() -> Result<(), Box<dyn Error>> {
    match told("CARGO_CFG_TARGET_OS")?.as_str() {
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libswiftclient.so.{ABI}");
        }
        "macos" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libswiftclient.{ABI}.dylib");
            println!("cargo::rustc-cdylib-link-arg=-Wl,-current_version,{}", told("CARGO_PKG_VERSION")?);
        }
        _ => {}
    }
    Ok(())
}

/// What `make install` writes by sed, for a tree by cargo-c: there these files lie in share/cmake/swiftclient, and which
/// folder the libraries have gone to is not known here.
fn cmake() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(told("CARGO_MANIFEST_DIR")?).join("packaging/cmake");
    let made = PathBuf::from(told("OUT_DIR")?).join("cmake");
    fs::create_dir_all(&made)?;
    for name in ["swiftclient-config.cmake", "swiftclient-config-version.cmake"] {
        let template = root.join(format!("{name}.in"));
        let text = fs::read_to_string(&template).map_err(|e| format!("{}: {e}", template.display()))?;
        let text = fill_in(&text)?
            .replace("@INCLUDEDIR@", "../../../include")
            .replace("@LIBDIRS@", "../../../lib/${CMAKE_LIBRARY_ARCHITECTURE} ../../../lib64 ../../../lib");
        fs::write(made.join(name), text)?;
    }
    Ok(())
}

fn header() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(told("CARGO_MANIFEST_DIR")?);
    let made = PathBuf::from(told("OUT_DIR")?).join("swiftclient.h");
    println!("cargo::rustc-env=SWIFTCLIENT_GENERATED_HEADER={}", made.display());

    let config =
        fill_in(&fs::read_to_string(root.join("cbindgen.toml")).map_err(|e| format!("cbindgen.toml: {e}"))?)?;
    let config: cbindgen::Config = {
        let filled = made.with_extension("toml");
        fs::write(&filled, config).map_err(|e| format!("{}: {e}", filled.display()))?;
        cbindgen::Config::from_file(&filled)?
    };
    match cbindgen::Builder::new().with_src(root.join("src/ffi/mod.rs")).with_config(config).generate() {
        Ok(bindings) => bindings.write_to_file(&made),
        // The compiler is about to say so, and better.
        Err(cbindgen::Error::ParseSyntaxError { .. }) => return Ok(()),
        Err(e) => return Err(format!("cbindgen: {e}").into()),
    };

    let tree = root.join("include/swiftclient.h");
    if same(&made, &tree) {
        return Ok(());
    }
    let advice = "include/swiftclient.h is not what src/ffi makes: run `make header`";
    match env::var("SWIFTCLIENT_HEADER").as_deref() {
        Ok("update") => {
            fs::create_dir_all(root.join("include"))?;
            fs::copy(&made, &tree).map_err(|e| format!("{}: {e}", tree.display()))?;
        }
        Ok("check") => return Err(advice.into()),
        Ok("") | Err(_) => println!("cargo::warning={advice}"),
        Ok(other) => {
            return Err(format!("SWIFTCLIENT_HEADER is {other:?}; it may be \"update\" or \"check\"").into());
        }
    }
    Ok(())
}

/// Puts the version into the text of the header.
fn fill_in(text: &str) -> Result<String, Box<dyn Error>> {
    let mut parts = [0u32; 3];
    for (part, name) in parts.iter_mut().zip(["MAJOR", "MINOR", "PATCH"]) {
        *part = told(&format!("CARGO_PKG_VERSION_{name}"))?.parse()?;
    }
    let [major, minor, patch] = parts;
    Ok(text
        .replace("@MAJOR@", &major.to_string())
        .replace("@MINOR@", &minor.to_string())
        .replace("@PATCH@", &patch.to_string())
        .replace("@VERSION@", &told("CARGO_PKG_VERSION")?)
        .replace("@NUMBER@", &format!("0x{:06x}", (major << 16) | (minor << 8) | patch)))
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((fs::read(a), fs::read(b)), (Ok(a), Ok(b)) if a == b)
}
