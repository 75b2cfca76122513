//! The header: that of the tree is the one the sources make, and what it says of itself is true. That it compiles
//! alone everywhere is `tests/check-header`.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fs;
use std::path::Path;
use std::process::Command;

const TREE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include/swiftclient.h");

fn header() -> String {
    fs::read_to_string(TREE).unwrap()
}

#[test]
fn the_header_in_the_tree_is_the_one_the_sources_make() {
    let made = fs::read_to_string(env!("SWIFTCLIENT_GENERATED_HEADER")).unwrap();
    assert!(made == header(), "include/swiftclient.h is not up to date: run `make header`");
}

#[test]
fn its_version_is_that_of_the_package() {
    let text = header();
    let defined = |name: &str| {
        let line = text.lines().find(|l| l.starts_with(&format!("#define {name} "))).unwrap();
        line.split_whitespace().nth(2).unwrap().to_owned()
    };
    assert_eq!(defined("SWC_VERSION"), format!("{:?}", env!("CARGO_PKG_VERSION")));
    let mut number = 0;
    for (part, value) in [
        ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ] {
        assert_eq!(defined(&format!("SWC_VERSION_{part}")), value);
        number = number << 8 | value.parse::<u32>().unwrap();
    }
    assert_eq!(swiftclient::ffi::version::swc_version_number(), number);
    assert_eq!(defined("SWC_VERSION_NUMBER"), format!("0x{number:06x}"));
}

#[test]
fn its_example_compiles() {
    let text = header();
    let (_, rest) = text.split_once("@code\n").unwrap();
    let (example, _) = rest.split_once(" * @endcode").unwrap();
    let body: String = example.lines().map(|l| format!("{}\n", l.trim_start_matches(" *"))).collect();
    let program =
        format!("#include <stdio.h>\n#include <swiftclient.h>\nint main(void)\n{{\n{body}return 0;\n}}\n");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example.c");
    fs::write(&file, program).unwrap();
    let out = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"])
        .arg(concat!("-I", env!("CARGO_MANIFEST_DIR"), "/include"))
        .arg(file)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn it_names_every_key_of_a_config() {
    let text = header();
    for key in swiftclient::core::config::keys() {
        assert!(text.contains(&format!("{:?}", key.name())), "{} is not mentioned", key.name());
    }
}

#[test]
fn it_speaks_no_rust() {
    let text = header();
    let foreign = [
        "crate", "::", "# Safety", "Vec<", "Option<", "Box<", "Arc<", "[`", "`None`", "`Some`", "impl ",
        "unwrap", "&str",
    ];
    for (i, line) in text.lines().enumerate() {
        for word in foreign {
            assert!(!line.contains(word), "line {}: {word:?} in {line:?}", i + 1);
        }
        assert!(line.is_ascii() && line.len() <= 120, "line {}: {line:?}", i + 1);
    }
}
