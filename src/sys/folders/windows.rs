//! Below AppData and ProgramData.

use std::ffi::OsString;
use std::path::PathBuf;

/// The user's folder.
pub fn home(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let text = |name: &str| variable(name).filter(|v| !v.is_empty());
    let drive_and_path = || {
        let mut path = text("HOMEDRIVE")?;
        path.push(text("HOMEPATH")?);
        Some(path)
    };
    text("USERPROFILE").or_else(drive_and_path).map(PathBuf::from)
}

/// The folders for the settings of a program of this name and maker: the user's first, then that of the machine, for
/// which its administrator has to care.
pub fn settings(name: &str, maker: &str, variable: &dyn Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let text = |name: &str| variable(name).filter(|v| !v.is_empty());
    let home = home(variable);
    let local =
        text("LOCALAPPDATA").map(PathBuf::from).or_else(|| Some(home.as_ref()?.join("AppData\\Local")));
    let mut all: Vec<PathBuf> = Vec::new();
    all.extend(local.map(|l| l.join(maker).join(name)));
    all.extend(home.map(|h| h.join(".config").join(name)));
    all.extend(text("PROGRAMDATA").map(|p| PathBuf::from(p).join(maker).join(name)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(variables: &[(&str, &str)]) -> Vec<PathBuf> {
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
        settings("openstack", "OpenStack", &find)
    }

    #[test]
    fn the_users_go_before_the_machines() {
        let own = "C:\\Users\\Zoë";
        assert_eq!(
            at(&[
                ("USERPROFILE", own),
                ("LOCALAPPDATA", "D:\\Local"),
                ("PROGRAMDATA", "C:\\ProgramData"),
                ("HOME", "C:\\other")
            ]),
            [
                PathBuf::from("D:\\Local\\OpenStack\\openstack"),
                PathBuf::from("C:\\Users\\Zoë\\.config\\openstack"),
                PathBuf::from("C:\\ProgramData\\OpenStack\\openstack"),
            ]
        );
        assert_eq!(
            at(&[("HOMEDRIVE", "C:"), ("HOMEPATH", "\\Users\\a")]),
            [
                PathBuf::from("C:\\Users\\a\\AppData\\Local\\OpenStack\\openstack"),
                PathBuf::from("C:\\Users\\a\\.config\\openstack"),
            ]
        );
        assert!(at(&[]).is_empty());
    }
}
