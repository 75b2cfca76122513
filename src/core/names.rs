//! Names as they travel: percent-encoded once, otherwise exactly as given.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::{Error, Result};

/// What may stand in a path as it is: the unreserved characters. The slash is added for object names.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// Whether each byte may stand in a path as it is, the slash too.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut b = 0;
    while b < 256 {
        plain[b] =
            matches!(b as u8, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' | b'/');
        b += 1;
    }
    plain
};

/// Appends `text` percent-encoded, the slash too.
pub fn encode_into(out: &mut String, text: &str) {
    if text.bytes().all(|b| PLAIN[usize::from(b)] && b != b'/') {
        // As most names are.
        out.push_str(text);
    } else {
        out.extend(utf8_percent_encode(text, SEGMENT));
    }
}

/// Appends an object name percent-encoded; its slashes, dot segments and trailing dots stay as they are.
pub fn encode_path_into(out: &mut String, text: &str) {
    if text.bytes().all(|b| PLAIN[usize::from(b)]) {
        out.push_str(text);
    } else {
        out.extend(utf8_percent_encode(text, PATH));
    }
}

/// `text` percent-encoded, the slash too.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    encode_into(&mut out, text);
    out
}

/// Refuses what cannot be the name of an account.
pub fn check_account(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid("the account name is empty"));
    }
    if name.contains('/') {
        return Err(Error::invalid(format!("the account name {name:?} contains a slash")));
    }
    Ok(())
}

/// Refuses what cannot be a container name: nothing, or text with a slash, which would address an object.
pub fn check_container(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid("the container name is empty"));
    }
    if name.contains('/') {
        return Err(Error::invalid(format!("the container name {name:?} contains a slash")));
    }
    Ok(())
}

/// Refuses an empty object name, which would address the container.
pub fn check_object(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid("the object name is empty"));
    }
    Ok(())
}

/// Where in the path of a storage URL its version stands, such as `/v1`: the offset of the slash.
pub(crate) fn version_at(path: &str) -> Option<usize> {
    let mut at = 0;
    for part in path.split('/') {
        let version = part.strip_prefix('v').is_some_and(|v| {
            !v.is_empty() && v.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        });
        if version && at > 0 {
            return Some(at - 1);
        }
        at += part.len() + 1;
    }
    None
}

/// `/container[/object]`, encoded, appended to a storage URL's path.
pub fn push_resource(out: &mut String, container: &str, object: Option<&str>) {
    out.push('/');
    encode_into(out, container);
    if let Some(o) = object {
        out.push('/');
        encode_path_into(out, o);
    }
}

/// Appends query parameters, `?` first unless `out` has one.
pub fn push_query<'a>(out: &mut String, query: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) {
    let mut sep = if out.contains('?') { '&' } else { '?' };
    for (name, value) in query {
        out.push(sep);
        sep = '&';
        encode_into(out, name);
        if let Some(v) = value {
            out.push('=');
            encode_path_into(out, v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sent_exactly() {
        let mut s = String::new();
        push_resource(&mut s, "c%20 é", Some("a//../b/./ü?#%.~-_"));
        assert_eq!(s, "/c%2520%20%C3%A9/a//../b/./%C3%BC%3F%23%25.~-_");
    }

    #[test]
    fn what_need_not_be_encoded_is_what_encoding_leaves() {
        for c in (0..=0x7f).map(char::from) {
            let (mut one, mut path) = (String::new(), String::new());
            encode_into(&mut one, &c.to_string());
            encode_path_into(&mut path, &c.to_string());
            let wanted = utf8_percent_encode(&c.to_string(), SEGMENT).to_string();
            assert_eq!((one, path), (wanted.clone(), if c == '/' { "/".to_owned() } else { wanted }));
        }
    }

    #[test]
    fn query_values_keep_slashes_and_bare_names_have_no_equals_sign() {
        let mut s = "/v1/a".to_string();
        push_query(&mut s, [("prefix", Some("a/b&c")), ("bulk-delete", None)]);
        push_query(&mut s, [("x", Some(""))]);
        assert_eq!(s, "/v1/a?prefix=a/b%26c&bulk-delete&x=");
    }

    #[test]
    fn a_container_name_has_no_slash() {
        assert!(check_container("a").is_ok());
        assert!(check_container("a/b").is_err());
        assert!(check_container("").is_err());
        assert!(check_object("").is_err());
    }
}
