//! As the XDG Base Directory Specification has them.

use std::ffi::OsString;
use std::path::PathBuf;

/// The user's folder.
pub fn home(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    variable("HOME").filter(|h| !h.is_empty()).map(PathBuf::from)
}

/// The folders for the settings of a program of this name: the user's first, then those of the machine. `_maker` stands
/// in such paths on other systems.
pub fn settings(name: &str, _maker: &str, variable: &dyn Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let path = |name: &str| variable(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let home = home(variable);
    let mut all: Vec<PathBuf> = Vec::new();
    let config = path("XDG_CONFIG_HOME").or_else(|| Some(home.as_ref()?.join(".config")));
    all.extend(config.map(|c| c.join(name)));
    // Programs in a snap are given another home.
    let real_home = path("SNAP_REAL_HOME").or(home);
    all.extend(real_home.map(|h| h.join(".config").join(name)));
    let site = variable("XDG_CONFIG_DIRS").filter(|v| !v.is_empty()).unwrap_or_else(|| "/etc/xdg".into());
    all.extend(std::env::split_paths(&site).map(|p| p.join(name)));
    all.push(PathBuf::from("/etc").join(name));
    all
}
