//! Clouds by name: clouds.yaml, secure.yaml and clouds-public.yaml, found and merged as openstacksdk does it.

use std::ffi::{CString, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::error::{Error, Kind, Result};
use super::super::log::{Level, log};
use super::yaml::{self, Node};
use super::{checked, keys, kinds};
use crate::sys::folders::{home, settings};

/// A variable of the environment.
pub(super) type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Which cloud, and which files name it instead of those that are searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choice<'a> {
    /// Empty for the only one there is.
    pub name: &'a str,
    pub file: &'a str,
    pub secure: &'a str,
}

/// A cloud that was read.
#[derive(Clone)]
pub(super) struct Cloud {
    name: String,
    file: String,
    secure: String,
    /// All that the files say of it, merged.
    entry: Arc<Node>,
    /// Where it is from, for messages.
    origin: Arc<str>,
    /// The values of the keys, in the order of the table.
    values: Box<[Option<CString>]>,
    /// What must be settled before it can be used.
    problem: Option<Error>,
}

impl Cloud {
    /// Finds and reads it. `region` is the one that was chosen, or empty.
    pub fn read(choice: Choice<'_>, region: &str, variable: Variable<'_>) -> Result<Cloud> {
        let places = Places::new(choice.file, variable);
        let (path, mut document) = if choice.file.is_empty() {
            places.find("clouds")?.ok_or_else(|| {
                Error::invalid(format!(
                    "cloud {:?} is asked for (os_cloud), but there is no clouds.yaml in {}",
                    choice.name,
                    places.shown()
                ))
            })?
        } else {
            let path = PathBuf::from(choice.file);
            let document = load(&path)?;
            (path, document)
        };
        let secret = if choice.secure.is_empty() {
            places.find("secure")?
        } else {
            let path = PathBuf::from(choice.secure);
            Some((path.clone(), load(&path)?))
        };
        if let Some((_, secret)) = &secret {
            document = document.with(secret);
        }
        let origin = path.display().to_string();
        let (name, own) = choose(&document, choice.name, &origin)?;
        let entry = with_profile(&name, own, &places)?;
        let mut cloud = Cloud {
            name: choice.name.to_owned(),
            file: choice.file.to_owned(),
            secure: choice.secure.to_owned(),
            entry: Arc::new(entry),
            origin: format!("cloud {name:?} of {origin}").into(),
            values: Box::default(),
            problem: None,
        };
        cloud.translate(region)?;
        Ok(cloud)
    }

    /// Whether it is the one that is asked for.
    pub fn is(&self, choice: Choice<'_>) -> bool {
        self.name == choice.name && self.file == choice.file && self.secure == choice.secure
    }

    /// The value of a key by its number.
    pub fn value(&self, key: usize) -> Option<&CString> {
        self.values.get(key)?.as_ref()
    }

    /// What must be settled before it can be used.
    pub fn problem(&self) -> Option<&Error> {
        self.problem.as_ref()
    }

    /// Takes its values anew, for a region that was chosen. That none was may be mended later, so it is kept.
    pub fn translate(&mut self, region: &str) -> Result<()> {
        let context = |e: Error| e.context(&*self.origin);
        let (region, entry, problem) = in_region(&self.entry, region).map_err(context)?;
        self.values = match values(&entry, &region) {
            // Until the region is known, much may be missing.
            Err(_) if problem.is_some() => vec![None; keys().len()].into(),
            values => values.map_err(context)?,
        };
        self.problem = problem.map(context);
        Ok(())
    }
}

/// Where files are looked for, in this order.
struct Places(Vec<PathBuf>);

impl Places {
    fn new(file: &str, variable: Variable<'_>) -> Places {
        let mut all: Vec<PathBuf> = Vec::new();
        // Beside a file that was named lie those that belong to it.
        all.extend(Path::new(file).parent().filter(|p| !p.as_os_str().is_empty()).map(Path::to_owned));
        all.push(PathBuf::from("."));
        all.extend(settings("openstack", "OpenStack", variable));
        let mut places = Vec::with_capacity(all.len());
        for place in all {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        Places(places)
    }

    /// The first file of that name, read. What must not be read is passed over.
    fn find(&self, name: &str) -> Result<Option<(PathBuf, Node)>> {
        for place in &self.0 {
            for ending in ["yaml", "yml", "json"] {
                let path = place.join(format!("{name}.{ending}"));
                match path.metadata() {
                    Ok(m) if m.is_dir() => continue,
                    Ok(_) => {}
                    Err(_) => continue,
                }
                match File::open(&path) {
                    Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
                        log!(Level::Warn, "{} may not be read and is passed over", path.display());
                    }
                    _ => {
                        let document = load(&path)?;
                        return Ok(Some((path, document)));
                    }
                }
            }
        }
        Ok(None)
    }

    fn shown(&self) -> String {
        let all: Vec<String> = self.0.iter().map(|p| p.display().to_string()).collect();
        all.join(", ")
    }
}

/// Reads one file.
fn load(path: &Path) -> Result<Node> {
    let read = || -> Result<Node> {
        // A pipe would block, and a device never end.
        let io = |e: std::io::Error| Error::io("it cannot be read", &e);
        if !path.metadata().map_err(io)?.is_file() {
            return Err(Error::new(Kind::Io, "it is no file"));
        }
        let mut bytes = Vec::new();
        File::open(path).map_err(io)?.take(yaml::LONGEST + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > yaml::LONGEST {
            return Err(Error::invalid(format!("it is longer than {} bytes", yaml::LONGEST)));
        }
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Error::new(Kind::InvalidUtf8, "it is not UTF-8 text"))?
            .trim_start_matches('\u{feff}');
        let document = if path.extension().is_some_and(|e| e == "json") {
            yaml::parse_json(text)?
        } else {
            yaml::parse(text)?
        };
        match document {
            Node::Null => Ok(Node::Map(Vec::new())),
            Node::Map(_) => Ok(document),
            other => Err(Error::invalid(format!("it holds {}, not a map with clouds in it", other.kind()))),
        }
    };
    read().map_err(|e| e.context(path.display()))
}

/// The cloud of that name, or the only one.
fn choose(document: &Node, name: &str, origin: &str) -> Result<(String, Node)> {
    let clouds = match document.get("clouds") {
        Some(Node::Map(clouds)) => clouds.as_slice(),
        None | Some(Node::Null) => &[],
        Some(other) => {
            return Err(Error::invalid(format!("{origin}: clouds is {}, not a map of clouds", other.kind())));
        }
    };
    let found = match (name, clouds) {
        ("", [only]) => Some(only),
        ("", _) => None,
        _ => clouds.iter().rev().find(|(n, _)| n == name),
    };
    if let Some((name, cloud)) = found {
        return match cloud {
            Node::Map(_) => Ok((name.clone(), normal(cloud))),
            other => Err(Error::invalid(format!("{origin}: cloud {name:?} is {}, not a map", other.kind()))),
        };
    }
    let names: Vec<&str> = clouds.iter().take(50).map(|(n, _)| n.as_str()).collect();
    let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(Error::invalid(match name {
        "" => format!("{origin}: which cloud is meant? It has {has}"),
        _ => format!("{origin}: there is no cloud {name:?}; it has {has}"),
    }))
}

/// What the provider says of itself, below what the cloud says.
fn with_profile(name: &str, own: Node, places: &Places) -> Result<Node> {
    let Some(profile) = own.get("profile").or_else(|| own.get("cloud")) else { return Ok(own) };
    let Node::Text(profile) = profile else {
        return Err(Error::invalid(format!("cloud {name:?}: profile is {}, not a name", profile.kind())));
    };
    let public = places.find("clouds-public")?;
    let found = public.as_ref().and_then(|(_, document)| document.get("public-clouds")?.get(profile));
    if let Some(found) = found {
        return Ok(normal(found).with(&own));
    }
    let text = format!(
        "cloud {name:?}: its profile {profile:?} is in no clouds-public.yaml (those that are built into openstacksdk \
         are not known here)"
    );
    // All that a profile gives may stand in the cloud itself.
    if own.get("auth").and_then(|a| a.get("auth_url")).is_some() {
        log!(Level::Warn, "{text}");
        return Ok(own);
    }
    Err(Error::invalid(format!("{text}: give the cloud an auth_url of its own")))
}

/// The keys with `_` where some write `-`.
fn normal(node: &Node) -> Node {
    match node {
        Node::Map(pairs) => Node::Map(pairs.iter().map(|(k, v)| (k.replace('-', "_"), normal(v))).collect()),
        Node::List(items) => Node::List(items.iter().map(normal).collect()),
        other => other.clone(),
    }
}

/// The region that counts, and the cloud with what is special in it; an error with them when one must be chosen first.
fn in_region(entry: &Node, chosen: &str) -> Result<(String, Node, Option<Error>)> {
    let given = |key| entry.get(key).filter(|n| !matches!(n, Node::Null));
    let (regions, name) = (given("regions"), given("region_name"));
    let listed: Vec<(String, Option<Node>)> = match (regions, name) {
        (Some(Node::List(list)), _) | (None, Some(Node::List(list))) => {
            list.iter().map(region).collect::<Result<_>>()?
        }
        (None, Some(Node::Text(names))) => names.split(',').map(|n| (n.trim().to_owned(), None)).collect(),
        (None, None) => Vec::new(),
        (Some(other), _) => return Err(Error::invalid(format!("regions is {}, not a list", other.kind()))),
        (None, Some(other)) => {
            return Err(Error::invalid(format!("region_name is {}, not text", other.kind())));
        }
    };
    let names = || listed.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(", ");
    let found = match (chosen, &listed[..]) {
        (_, []) => return Ok((chosen.to_owned(), entry.clone(), None)),
        ("", [only]) => Some(only),
        ("", _) => {
            let problem = Error::invalid(format!(
                "it has several regions: {}; set os_region_name (OS_REGION_NAME) to one of these",
                names()
            ));
            return Ok((String::new(), entry.clone(), Some(problem)));
        }
        // A single name is a default, which what was set replaces.
        (_, [(_, None)]) if regions.is_none() => return Ok((chosen.to_owned(), entry.clone(), None)),
        _ => listed.iter().find(|(n, _)| n == chosen),
    };
    let Some((name, special)) = found else {
        return Err(Error::invalid(format!("it has no region {chosen:?} but {}", names())));
    };
    let entry = match special {
        Some(special) => entry.clone().with(special),
        None => entry.clone(),
    };
    Ok((name.clone(), entry, None))
}

/// One of a list: a name, or a map of name and values.
fn region(node: &Node) -> Result<(String, Option<Node>)> {
    match (node, node.get("name")) {
        (Node::Text(name), _) => Ok((name.clone(), None)),
        (Node::Map(_), Some(Node::Text(name))) => Ok((name.clone(), node.get("values").cloned())),
        _ => Err(Error::invalid("an entry of regions is neither a name nor a map with a name")),
    }
}

/// A key of ours, and the names of a cloud for it: under `auth` or at the top.
struct Translation {
    key: &'static str,
    names: &'static [&'static str],
    place: Place,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Under `auth`, or else at the top.
    Auth,
    /// The same, but what stands at the top goes before it.
    TopThenAuth,
    Top,
}

const fn auth(key: &'static str, names: &'static [&'static str]) -> Translation {
    Translation { key, names, place: Place::Auth }
}

const fn either(key: &'static str, names: &'static [&'static str]) -> Translation {
    Translation { key, names, place: Place::TopThenAuth }
}

const fn top(key: &'static str, names: &'static [&'static str]) -> Translation {
    Translation { key, names, place: Place::Top }
}

const TRANSLATIONS: &[Translation] = &[
    auth("os_auth_url", &["auth_url"]),
    auth("os_username", &["username", "user_name"]),
    auth("os_user_id", &["user_id"]),
    auth("os_password", &["password"]),
    auth("os_system_scope", &["system_scope"]),
    auth("os_trust_id", &["trust_id"]),
    auth("os_default_domain_id", &["default_domain_id", "default_domain"]),
    auth("os_default_domain_name", &["default_domain_name"]),
    auth("os_application_credential_id", &["application_credential_id"]),
    auth("os_application_credential_name", &["application_credential_name"]),
    auth("os_application_credential_secret", &["application_credential_secret"]),
    auth("os_auth_methods", &["auth_methods"]),
    either("os_project_id", &["project_id", "tenant_id"]),
    either("os_project_name", &["project_name", "tenant_name"]),
    either("os_user_domain_id", &["user_domain_id"]),
    either("os_user_domain_name", &["user_domain_name"]),
    either("os_project_domain_id", &["project_domain_id"]),
    either("os_project_domain_name", &["project_domain_name"]),
    either("os_domain_id", &["domain_id"]),
    either("os_domain_name", &["domain_name"]),
    either("os_auth_token", &["token", "auth_token"]),
    either("os_passcode", &["passcode"]),
    top("os_auth_type", &["auth_type", "auth_plugin"]),
    top("auth_version", &["identity_api_version", "auth_version"]),
    top(
        "os_endpoint_type",
        &["object_store_interface", "object_store_endpoint_type", "interface", "endpoint_type"],
    ),
    top("os_service_type", &["object_store_service_type"]),
    top("os_storage_url", &["object_store_endpoint_override", "object_store_endpoint"]),
    top("os_cacert", &["cacert"]),
    top("os_cert", &["cert"]),
    top("os_key", &["key"]),
    top("timeout", &["api_timeout"]),
];

/// The values of all keys, in the order of the table.
fn values(entry: &Node, region: &str) -> Result<Box<[Option<CString>]>> {
    let mut values = vec![None; keys().len()];
    let mut take = |key: &'static str, name: &str, text: &str| -> Result<()> {
        let i = keys::find(key)?;
        if !text.is_empty() {
            let value = checked(&keys()[i], text, true).map_err(|e| e.context(name))?;
            values[i] = Some(value);
        }
        Ok(())
    };
    for t in TRANSLATIONS {
        if let Some((name, text)) = find(entry, t)? {
            let text = match t.key {
                "os_auth_url" | "os_storage_url" => {
                    filled(&text, entry, region).map_err(|e| e.context(&name))?
                }
                "os_cacert" | "os_cert" | "os_key" => at_home(text),
                _ => text,
            };
            take(t.key, &name, &text)?;
        }
    }
    let own = text_of(entry, "object_store_region_name")?;
    take("os_region_name", "region_name", own.as_deref().unwrap_or(region))?;
    if let Some(text) = text_of(entry, "verify")? {
        let verify = kinds::boolean(&text)
            .ok_or_else(|| Error::invalid(format!("verify: {text:?} is neither true nor false")))?;
        take("insecure", "verify", if verify { "false" } else { "true" })?;
    } else if let Some(text) = text_of(entry, "insecure")? {
        take("insecure", "insecure", &text)?;
    }
    // Where nobody says a version it is that of every Keystone there is.
    let has = |key| keys::find(key).map(|i| values[i].as_deref().and_then(|v| v.to_str().ok()).unwrap_or(""));
    let older = ["/v1", "/v1.0", "/v2", "/v2.0"];
    let url = has("os_auth_url")?.trim_end_matches('/');
    if has("auth_version")?.is_empty() && !older.iter().any(|o| url.ends_with(o)) {
        values[keys::find("auth_version")?] = Some(c"3".to_owned());
    }
    // A token and where to use it, with no login at all.
    if text_of(entry, "auth_type")?.as_deref() == Some("admin_token") {
        let endpoint = entry.get("auth").and_then(|a| a.get("endpoint"));
        let Some(Node::Text(endpoint)) = endpoint else {
            return Err(Error::invalid("auth_type admin_token needs an endpoint"));
        };
        let i = keys::find("os_storage_url")?;
        values[i] = Some(checked(&keys()[i], endpoint, true).map_err(|e| e.context("auth.endpoint"))?);
        values[keys::find("os_auth_type")?] = None;
    }
    Ok(values.into_boxed_slice())
}

/// The value of the first of the names that is there, with that name.
fn find(entry: &Node, t: &Translation) -> Result<Option<(String, String)>> {
    let under = entry.get("auth").filter(|a| !matches!(a, Node::Null));
    if let Some(other) = under.filter(|a| !matches!(a, Node::Map(_))) {
        return Err(Error::invalid(format!("auth is {}, not a map", other.kind())));
    }
    let places = match t.place {
        Place::Auth => [under, Some(entry)],
        Place::TopThenAuth => [Some(entry), under],
        Place::Top => [Some(entry), None],
    };
    for place in places.into_iter().flatten() {
        for name in t.names {
            let text = match (place.get(name), t.key) {
                // A list where others write commas.
                (Some(Node::List(items)), "os_auth_methods") => {
                    let words = items.iter().map(|i| if let Node::Text(t) = i { t.as_str() } else { "?" });
                    Some(words.collect::<Vec<_>>().join(","))
                }
                _ => text_of(place, name)?,
            };
            if let Some(text) = text.filter(|t| !t.is_empty()) {
                let shown = if Some(place) == under { format!("auth.{name}") } else { (*name).to_owned() };
                return Ok(Some((shown, text)));
            }
        }
    }
    Ok(None)
}

fn text_of(place: &Node, name: &str) -> Result<Option<String>> {
    match place.get(name) {
        None | Some(Node::Null) => Ok(None),
        Some(Node::Text(text)) => Ok(Some(text.clone())),
        Some(other) => Err(Error::invalid(format!("{name} is {}, not text", other.kind()))),
    }
}

/// Puts other values of the cloud where their names stand in braces: `https://{region_name}.example.com`.
fn filled(text: &str, entry: &Node, region: &str) -> Result<String> {
    let mut full = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        full.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        let value = match (name, entry.get(name)) {
            ("region_name", _) if !region.is_empty() => region,
            (_, Some(Node::Text(value))) => value,
            _ => return Err(Error::invalid(format!("{{{name}}} stands for nothing that the cloud says"))),
        };
        full.push_str(value);
        rest = after;
    }
    Ok(full + rest)
}

/// The home directory in the place of `~`.
fn at_home(path: String) -> String {
    let home = home(&|name| std::env::var_os(name)).and_then(|h| h.into_os_string().into_string().ok());
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => format!("{home}/{rest}"),
        _ => path,
    }
}

#[cfg(test)]
mod tests;
